//! The lists that anyone may read, kept in memory.
//!
//! A page lives until a property changes: this server forgets at once what it
//! changed itself, and follows the change stream for the rest. Nobody who is
//! signed in is ever served from here.

use std::sync::atomic::{AtomicU64, Ordering};

use aide::{
    OperationOutput,
    generate::GenContext,
    openapi::{Operation, Response as ApiResponse},
};
use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::types::Property;
use crate::{envelope::Page, error::Error, input::IfNoneMatch};

/// Where the lists are found.
pub const PUBLIC_LISTS: &str = "/api/properties";

/// Pages kept.
const KEPT: usize = 512;
/// A larger page, in bytes, is read anew each time: together with [`KEPT`] this
/// bounds what anyone can make the server remember.
const LARGEST: usize = 128 * 1024;
/// A longer query string is none that people share.
const LONGEST_QUERY: usize = 1_024;

/// A page as it goes out.
#[derive(Clone)]
pub struct PublicPage {
    body: Bytes,
    tag: HeaderValue,
    generation: u64,
}

/// The pages in memory.
pub struct PublicLists {
    pages: Cache<String, PublicPage>,
    generation: AtomicU64,
}

impl Default for PublicLists {
    fn default() -> Self {
        Self {
            pages: Cache::new(KEPT),
            generation: AtomicU64::new(0),
        }
    }
}

impl PublicLists {
    /// Forgets every page: a property changed.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// The count of changes so far. A page read before a change must not be
    /// kept after it, so it is asked for before reading.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The page of a query string, if it is still as it was.
    pub fn get(&self, query: &str) -> Option<PublicPage> {
        let page = self.pages.get(query)?;
        (page.generation == self.generation()).then_some(page)
    }

    /// Keeps a page that was read in `generation`.
    ///
    /// # Errors
    /// When the page cannot be written as JSON.
    pub fn keep(
        &self,
        query: &str,
        generation: u64,
        page: &Page<Property>,
    ) -> Result<PublicPage, Error> {
        let body = serde_json::to_vec(page).map_err(Error::internal)?;
        let hash = Sha256::digest(&body);
        let tag = format!(
            "\"{:.12x}\"",
            hash[..8]
                .iter()
                .fold(0_u64, |tag, byte| { tag << 8 | u64::from(*byte) })
        );
        let page = PublicPage {
            body: Bytes::from(body),
            tag: HeaderValue::from_str(&tag).map_err(Error::internal)?,
            generation,
        };
        if page.body.len() <= LARGEST && query.len() <= LONGEST_QUERY {
            self.pages.insert(query.to_owned(), page.clone());
        }
        Ok(page)
    }
}

/// A list of properties: from memory for anyone, read anew for the signed in.
pub enum Listed {
    /// Read for this caller.
    Own(Page<Property>),
    /// The same for everybody.
    Public(PublicPage),
    /// The caller has it already.
    Known(PublicPage),
}

impl Listed {
    /// A public page, unless the caller has it already.
    pub fn public(page: PublicPage, known: &IfNoneMatch) -> Self {
        match page.tag.to_str() {
            Ok(tag) if known.knows(tag) => Self::Known(page),
            _ => Self::Public(page),
        }
    }
}

impl IntoResponse for Listed {
    fn into_response(self) -> Response {
        match self {
            Self::Own(page) => page.into_response(),
            Self::Public(page) => {
                let headers = [
                    (
                        header::CONTENT_TYPE,
                        HeaderValue::from_static("application/json"),
                    ),
                    (header::ETAG, page.tag),
                ];
                (headers, page.body).into_response()
            }
            Self::Known(page) => {
                (StatusCode::NOT_MODIFIED, [(header::ETAG, page.tag)]).into_response()
            }
        }
    }
}

impl OperationOutput for Listed {
    type Inner = Page<Property>;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<ApiResponse> {
        Page::<Property>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, ApiResponse)> {
        Page::<Property>::inferred_responses(context, operation)
    }
}
