//! In turn.

use uuid::Uuid;

use super::Contender;

/// The first who is eligible after the one who got the last. Whoever is skipped
/// gets no turn to make up for it.
pub fn choose(ring: &[Contender], last: Option<Uuid>) -> Option<Uuid> {
    let after = ring.iter().position(|one| Some(one.user_id) == last);
    let start = after.map_or(0, |index| index + 1);
    let turn = ring.iter().cycle().skip(start).take(ring.len());
    turn.filter(|one| one.eligible)
        .map(|one| one.user_id)
        .next()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::routing::strategies::contender;

    #[test]
    fn the_turn_goes_on_and_skips() {
        let ring = [contender(1, true), contender(2, false), contender(3, true)];
        let id = |n| Some(Uuid::from_u128(n));
        assert_eq!(choose(&ring, None), id(1));
        assert_eq!(choose(&ring, id(1)), id(3));
        assert_eq!(choose(&ring, id(3)), id(1));
        assert_eq!(choose(&ring, id(9)), id(1));
        assert_eq!(choose(&ring[..1], id(1)), id(1));
        assert_eq!(choose(&[contender(2, false)], None), None);
        assert_eq!(choose(&[], None), None);
    }

    proptest! {
        #[test]
        fn always_eligible_means_fair(people in 1_usize..9, items in 0_usize..200) {
            let ring: Vec<_> = (0..people).map(|n| contender(n as u128, true)).collect();
            let (mut last, mut got) = (None, vec![0_usize; people]);
            for _ in 0..items {
                last = choose(&ring, last);
                let place = ring.iter().position(|one| Some(one.user_id) == last).unwrap();
                got[place] += 1;
            }
            let (least, most) = (got.iter().min().unwrap(), got.iter().max().unwrap());
            prop_assert!(most - least <= 1);
        }
    }
}
