//! POSTs that act on a row, and what they answer.

use aide::{OperationOutput, generate::GenContext, openapi::Operation};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use schemars::JsonSchema;

use crate::{
    auth::Caller,
    db::{Tx, again},
    envelope::{Made, One, Resource},
    error::Error,
    idempotency::{Begun, Once, Posted, begin, finish},
};

/// Acts on a row in one transaction, once, and answers the row as it is then.
/// The transaction is done again where PostgreSQL makes it begin again.
///
/// # Errors
/// What the work says; what an `Idempotency-Key` may say.
pub async fn act<T, F>(caller: &Caller, once: Option<Once>, work: F) -> Result<Acted<T>, Error>
where
    T: Resource,
    F: for<'a> Fn(&'a Tx) -> BoxFuture<'a, Result<T, Error>> + Send + Sync,
{
    again(|| async {
        match begin(caller, once.as_ref()).await? {
            Begun::Replay(stored) => Ok(Acted(Posted::Replayed(stored))),
            Begun::Go(tx) => {
                let row = work(&tx).await?;
                let posted = finish(tx, caller, once.as_ref(), Made::existing(row)).await?;
                Ok(Acted(posted))
            }
        }
    })
    .await
}

/// 200 with the row that was acted on.
pub struct Acted<T>(pub Posted<T>);

impl<T: Resource> IntoResponse for Acted<T> {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl<T: Resource + JsonSchema> OperationOutput for Acted<T> {
    type Inner = T;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<aide::openapi::Response> {
        One::<T>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        One::<T>::inferred_responses(context, operation)
    }
}

/// 201 with the row that was made, or 200 with the one that was there.
pub struct Ensured<T>(pub Posted<T>);

impl<T: Resource> IntoResponse for Ensured<T> {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl<T: Resource + JsonSchema> OperationOutput for Ensured<T> {
    type Inner = T;

    fn operation_response(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Option<aide::openapi::Response> {
        Made::<T>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        let mut all = One::<T>::inferred_responses(context, operation);
        all.extend(Made::<T>::inferred_responses(context, operation));
        all
    }
}
