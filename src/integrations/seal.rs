//! Encrypts configurations with a key that is not in the database.
//!
//! ChaCha20-Poly1305 with a random nonce; the integration's key is bound in, so
//! that one row's configuration cannot be passed off as another's.

use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom as _, SystemRandom},
};
use uuid::Uuid;

use crate::{auth::Keys, error::Error};

/// The first byte of everything sealed, should the way of sealing change.
const VERSION: u8 = 1;

/// Seals and opens configurations of one installation.
pub struct Sealer(LessSafeKey);

impl Sealer {
    /// The installation's sealer.
    ///
    /// # Errors
    /// Never with a key of the right length, which a derived one has.
    pub fn new(keys: &Keys) -> Result<Self, Error> {
        UnboundKey::new(&CHACHA20_POLY1305, &keys.derived("integrations"))
            .map(|key| Self(LessSafeKey::new(key)))
            .map_err(Error::internal)
    }

    /// Version, nonce and ciphertext of `text`, which belongs to `integration`.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn seal(&self, integration: Uuid, text: &str) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(Error::internal)?;
        let mut sealed = text.as_bytes().to_vec();
        let bound = Aad::from(integration.into_bytes());
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut sealed)
            .map_err(Error::internal)?;
        Ok([&[VERSION], nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed for `integration`.
    ///
    /// # Errors
    /// When it was sealed with another key, for another integration, or was
    /// tampered with.
    pub fn open(&self, integration: Uuid, sealed: &[u8]) -> Result<String, Error> {
        let unreadable = || Error::internal("a configuration cannot be opened with this key");
        let (head, rest) = sealed
            .split_at_checked(1 + NONCE_LEN)
            .ok_or_else(unreadable)?;
        if head[0] != VERSION {
            return Err(unreadable());
        }
        let nonce = Nonce::try_assume_unique_for_key(&head[1..]).map_err(|_| unreadable())?;
        let mut text = rest.to_vec();
        let bound = Aad::from(integration.into_bytes());
        let text = self
            .0
            .open_in_place(nonce, bound, &mut text)
            .map_err(|_| unreadable())?;
        String::from_utf8(text.to_vec()).map_err(|_| unreadable())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(secret: &[u8]) -> Sealer {
        Sealer::new(&Keys::from_secret(secret).expect("long enough")).expect("a key")
    }

    #[test]
    fn only_the_same_key_and_integration_open_it() {
        let (here, elsewhere) = (sealer(&[1; 32]), sealer(&[2; 32]));
        let (id, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = here.seal(id, "canary").expect("sealed");
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        assert_eq!(here.open(id, &sealed).expect("opened"), "canary");
        assert!(here.open(other, &sealed).is_err());
        assert!(elsewhere.open(id, &sealed).is_err());
        assert!(here.open(id, &sealed[..9]).is_err());
        let again = here.seal(id, "canary").expect("sealed");
        assert_ne!(sealed, again, "the nonce is new each time");
    }
}
