//! Which rule decides, who keeps, who falls through.

use serde_json::json;

use super::*;
use crate::teams::calendar::Calendar;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn person(number: u128, open: u64) -> (Uuid, Person) {
    let person = Person {
        user_id: id(number),
        name: format!("Rep {number}"),
        role: "sales_rep".into(),
        active: true,
        availability: "online".into(),
        out_of_office_until: None,
        calendar: Calendar::always(),
        languages: Vec::new(),
        open,
        room: 10,
        declined: false,
    };
    (person.user_id, person)
}

fn rule(number: u128, strategy: Strategy, ring: &[u128]) -> Rule {
    Rule {
        id: id(number),
        name: format!("Rule {number}"),
        conditions: json!([]),
        strategy,
        sticky_owner: true,
        demands: Demands {
            capacity: true,
            ..Demands::default()
        },
        fallback: None,
        ring: ring.iter().map(|n| (id(*n), 1)).collect(),
        claim_timeout: None,
        last: None,
    }
}

fn situation(rules: Vec<Rule>, people: &[(u128, u64)]) -> Situation {
    Situation {
        rules,
        people: people.iter().map(|(n, open)| person(*n, *open)).collect(),
        ..Situation::default()
    }
}

fn outcome(situation: &Situation) -> (Outcome, Option<Uuid>, Option<Uuid>) {
    let decision = decide(situation, Timestamp::UNIX_EPOCH);
    (decision.outcome, decision.rule, decision.user_id)
}

#[test]
fn the_first_rule_that_finds_somebody_decides() {
    let mut dubai = rule(101, Strategy::RoundRobin, &[1, 2]);
    dubai.conditions = json!([{ "field": "city", "operator": "equals", "value": "Dubai" }]);
    let all = rule(102, Strategy::LeastLoaded, &[3, 4]);
    let mut seen = situation(vec![dubai, all], &[(1, 0), (2, 0), (3, 5), (4, 1)]);
    assert_eq!(
        outcome(&seen),
        (Outcome::Assigned, Some(id(102)), Some(id(4)))
    );
    seen.subject.word("city", Some("دبي".into()));
    assert_eq!(
        outcome(&seen),
        (Outcome::Assigned, Some(id(101)), Some(id(1)))
    );
    seen.rules[0].last = Some(id(1));
    assert_eq!(
        outcome(&seen),
        (Outcome::Assigned, Some(id(101)), Some(id(2)))
    );
}

#[test]
fn an_owner_keeps_what_is_his_while_he_is_there() {
    let mut seen = situation(
        vec![rule(101, Strategy::RoundRobin, &[1])],
        &[(1, 0), (2, 99)],
    );
    seen.owner = Some(id(2));
    assert_eq!(outcome(&seen), (Outcome::Kept, Some(id(101)), Some(id(2))));
    seen.people.get_mut(&id(2)).unwrap().active = false;
    assert_eq!(
        outcome(&seen),
        (Outcome::Assigned, Some(id(101)), Some(id(1)))
    );
    seen.people.get_mut(&id(2)).unwrap().active = true;
    seen.rules[0].sticky_owner = false;
    assert_eq!(
        outcome(&seen),
        (Outcome::Assigned, Some(id(101)), Some(id(1)))
    );
}

#[test]
fn nobody_who_is_not_eligible_ever_gets_it() {
    let mut first = rule(101, Strategy::FixedUser, &[1]);
    first.fallback = Some(id(103));
    let last = rule(103, Strategy::RoundRobin, &[2]);
    let mut seen = situation(
        vec![first, rule(102, Strategy::RoundRobin, &[3]), last],
        &[(1, 10), (2, 0), (3, 0)],
    );
    // Full: his rule falls back before the next one is asked.
    assert_eq!(
        outcome(&seen),
        (Outcome::Assigned, Some(id(103)), Some(id(2)))
    );
    seen.people.get_mut(&id(2)).unwrap().open = 10;
    assert_eq!(
        outcome(&seen),
        (Outcome::Assigned, Some(id(102)), Some(id(3)))
    );
    seen.people.get_mut(&id(3)).unwrap().open = 10;
    let decision = decide(&seen, Timestamp::UNIX_EPOCH);
    assert_eq!(
        (decision.outcome, decision.user_id),
        (Outcome::Queued, None)
    );
    assert_eq!(decision.candidates[0].reasons, [WhyNot::AtCapacity]);
    // Rules that fall back to each other end all the same.
    seen.rules[2].fallback = Some(id(101));
    assert_eq!(outcome(&seen).0, Outcome::Queued);
}

#[test]
fn offers_and_queues_name_nobody() {
    let mut seen = situation(
        vec![rule(101, Strategy::FirstToClaim, &[1, 2])],
        &[(1, 0), (2, 10)],
    );
    let decision = decide(&seen, Timestamp::UNIX_EPOCH);
    assert_eq!(
        (decision.outcome, decision.user_id),
        (Outcome::Offered, None)
    );
    let eligible: Vec<bool> = decision.candidates.iter().map(|c| c.eligible).collect();
    assert_eq!(eligible, [true, false]);
    seen.rules = vec![
        rule(102, Strategy::Queue, &[1]),
        rule(103, Strategy::RoundRobin, &[1]),
    ];
    assert_eq!(outcome(&seen), (Outcome::Queued, Some(id(102)), None));
    seen.rules.clear();
    assert_eq!(outcome(&seen), (Outcome::Queued, None, None));
}
