//! Whoever has least to do.

use std::cmp::Ordering;

use uuid::Uuid;

use super::Contender;

/// Whoever has the smallest part of his room taken; among equals whoever got
/// something least recently (never comes first), then the smaller id.
pub fn choose(ring: &[Contender]) -> Option<Uuid> {
    ring.iter()
        .filter(|one| one.eligible)
        .min_by(|a, b| {
            load(a, b)
                .then(a.last.cmp(&b.last))
                .then(a.user_id.cmp(&b.user_id))
        })
        .map(|one| one.user_id)
}

/// Open by room, as cross products: exact, and no room at all is full.
fn load(a: &Contender, b: &Contender) -> Ordering {
    match (a.room, b.room) {
        (0, 0) => a.open.cmp(&b.open),
        (0, _) => Ordering::Greater,
        (_, 0) => Ordering::Less,
        _ => {
            let cross = |open: u64, room: u64| u128::from(open) * u128::from(room);
            cross(a.open, b.room).cmp(&cross(b.open, a.room))
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::routing::strategies::contender;

    fn loaded(number: u128, open: u64, room: u64) -> Contender {
        Contender {
            open,
            room,
            ..contender(number, true)
        }
    }

    #[test]
    fn the_part_counts_not_the_number() {
        let id = |n| Some(Uuid::from_u128(n));
        assert_eq!(choose(&[loaded(1, 4, 10), loaded(2, 9, 50)]), id(2));
        assert_eq!(choose(&[loaded(1, 1, 3), loaded(2, 2, 6)]), id(1));
        assert_eq!(choose(&[loaded(1, 0, 0), loaded(2, 49, 50)]), id(2));
        let lately = Contender {
            last: Some(Timestamp::UNIX_EPOCH),
            ..loaded(1, 0, 5)
        };
        assert_eq!(choose(&[lately, loaded(2, 0, 5)]), id(2));
        assert_eq!(choose(&[]), None);
    }

    proptest! {
        #[test]
        fn nobody_is_less_loaded(loads in prop::collection::vec((0_u64..60, 1_u64..60), 1..9)) {
            let ring: Vec<_> = loads.iter().enumerate()
                .map(|(n, (open, room))| loaded(n as u128, *open, *room)).collect();
            let chosen = choose(&ring).unwrap();
            let chosen = ring.iter().find(|one| one.user_id == chosen).unwrap();
            for one in &ring {
                prop_assert!(chosen.open * one.room <= one.open * chosen.room);
            }
        }
    }
}
