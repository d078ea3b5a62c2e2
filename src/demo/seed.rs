//! The demo's one source of keys and choices: the same ones in every database.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The key of the `number`th row of a kind.
pub(super) fn id(kind: &str, number: usize) -> Uuid {
    uuid::Builder::from_custom_bytes(digest(kind, number)).into_uuid()
}

/// A choice between 0 and `below` (not included; 0 where `below` is 0).
pub(super) fn roll(kind: &str, number: usize, below: usize) -> usize {
    let [a, b, c, d, e, f, ..] = digest(kind, number);
    let value = [a, b, c, d, e, f]
        .iter()
        .fold(0_usize, |value, byte| (value << 8) | usize::from(*byte));
    value.checked_rem(below).unwrap_or(0)
}

/// One of some.
pub(super) fn pick<'a, T: ?Sized>(kind: &str, number: usize, from: &[&'a T]) -> Option<&'a T> {
    from.get(roll(kind, number, from.len())).copied()
}

fn digest(kind: &str, number: usize) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::digest(format!("doorstep demo {kind} {number}")).into();
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash) {
        *byte = hashed;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{id, roll};

    #[test]
    fn the_same_every_time_and_another_each_time() {
        assert_eq!(id("prospect", 7), id("prospect", 7));
        assert_ne!(id("prospect", 7), id("prospect", 8));
        assert_ne!(id("prospect", 7), id("property", 7));
        assert!((0..1000).all(|number| roll("anything", number, 3) < 3));
        assert_eq!(roll("anything", 1, 0), 0);
    }
}
