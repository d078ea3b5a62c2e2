//! By shares.

use std::cmp::Reverse;

use uuid::Uuid;

use super::Contender;

/// Whoever lacks most of his share of what was given; among equals the larger
/// share, whoever got something least recently, the smaller id.
pub fn choose(ring: &[Contender]) -> Option<Uuid> {
    let total: i128 = ring.iter().map(|one| i128::from(one.got)).sum();
    let weights: i128 = ring.iter().map(|one| i128::from(one.weight.max(1))).sum();
    let lack = |one: &Contender| {
        // The next one counts: before the first, shares alone decide.
        i128::from(one.weight.max(1)) * (total + 1) - i128::from(one.got) * weights
    };
    ring.iter()
        .filter(|one| one.eligible)
        .min_by_key(|one| {
            (
                Reverse(lack(one)),
                Reverse(one.weight),
                one.last,
                one.user_id,
            )
        })
        .map(|one| one.user_id)
}

/// What a person is credited with who was not there all the time: as much as the
/// others got on average.
pub fn credit(others: &[u64]) -> u64 {
    let count = u64::try_from(others.len()).unwrap_or(u64::MAX);
    others.iter().sum::<u64>().checked_div(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::routing::strategies::contender;

    proptest! {
        #[test]
        fn shares_come_out(weights in prop::collection::vec(1_u32..6, 1..6), rounds in 1_u64..20) {
            let mut ring: Vec<_> = weights.iter().enumerate()
                .map(|(n, weight)| super::Contender { weight: *weight, ..contender(n as u128, true) })
                .collect();
            let sum: u64 = weights.iter().copied().map(u64::from).sum();
            for _ in 0..sum * rounds {
                let next = choose(&ring);
                ring.iter_mut().find(|one| Some(one.user_id) == next).unwrap().got += 1;
            }
            for one in &ring {
                let share = u64::from(one.weight) * rounds;
                prop_assert!(one.got.abs_diff(share) <= 1, "{} instead of {share}", one.got);
            }
        }
    }

    #[test]
    fn a_newcomer_does_not_get_everything() {
        let others = [40, 42];
        assert_eq!(credit(&others), 41);
        assert_eq!(credit(&[]), 0);
        assert_eq!(choose(&[contender(1, false)]), None);
    }
}
