use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn policy(jurisdiction: &str, start: &str, end: &str, per_day: i32) -> ContactPolicy {
    ContactPolicy {
        id: Uuid::from_u128(u128::from(jurisdiction.len() as u64)),
        jurisdiction: jurisdiction.to_owned(),
        channel: ChannelScope::All,
        window_start: start.parse().unwrap(),
        window_end: end.parse().unwrap(),
        window_days: (1..=7).collect(),
        holidays: Vec::new(),
        max_per_24h: per_day,
        max_per_7d: Some(per_day * 2),
        min_gap_minutes: 120,
        recording_mode: crate::compliance::policies::RecordingMode::AllParty,
        ai_disclosure: true,
        fallback_timezone_allowed: false,
        note: None,
        updated_at: Timestamp::UNIX_EPOCH,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn defaults() -> Vec<ContactPolicy> {
    vec![
        policy("US", "08:00", "21:00", 3),
        policy("US-FL", "08:00", "20:00", 3),
        policy("AE", "09:00", "18:00", 1),
        policy("*", "09:00", "20:00", 3),
    ]
}

fn consent(channel: Channel, purpose: &str) -> Consent {
    Consent {
        channel: channel.word().to_owned(),
        purpose: purpose.to_owned(),
        status: "granted".to_owned(),
        expires_at: None,
    }
}

/// Somebody in Dubai who agreed to everything.
fn layla() -> Person {
    let purposes = ["marketing", "ai_voice"];
    Person {
        id: Uuid::nil(),
        name: "Layla".to_owned(),
        status: ProspectStatus::New,
        erased: false,
        merged: false,
        restricted: false,
        given: Channel::ALL.to_vec(),
        reachable: Channel::ALL.to_vec(),
        preferred: None,
        place: Whereabouts {
            number: Some("+971501234567".to_owned()),
            ..Whereabouts::default()
        },
        consents: Channel::ALL
            .iter()
            .flat_map(|channel| purposes.map(|purpose| consent(*channel, purpose)))
            .collect(),
        suppressed: Vec::new(),
        in_live_conversation: false,
        human_claimed: false,
        has_appointment: false,
        contacts: Vec::new(),
    }
}

/// Noon in Dubai.
const NOON: &str = "2026-03-02T08:00:00Z";

fn verdict(person: &Person, now: &str) -> Verdict {
    Judge::new(defaults(), None, at(now)).judge(person, Channel::Phone)
}

#[test]
fn nothing_stands_in_the_way_at_noon() {
    let verdict = verdict(&layla(), NOON);
    assert_eq!(verdict.reasons, []);
    assert_eq!(verdict.possible_at(), Some(at(NOON)));
}

#[test]
fn each_reason_has_its_case_and_its_place() {
    type Change = fn(&mut Person);
    let cases: [(Change, Reason); 10] = [
        (|it| it.erased = true, Reason::Erased),
        (|it| it.merged = true, Reason::Merged),
        (|it| it.status = ProspectStatus::Closed, Reason::Closed),
        (|it| it.status = ProspectStatus::Lost, Reason::Lost),
        (|it| it.restricted = true, Reason::Restricted),
        (
            |it| it.in_live_conversation = true,
            Reason::InLiveConversation,
        ),
        (|it| it.reachable.clear(), Reason::InvalidAddress),
        (|it| it.suppressed.push(Channel::Phone), Reason::Suppressed),
        (|it| it.consents.clear(), Reason::NoConsent),
        (|it| it.contacts.push(at(NOON)), Reason::FrequencyCap),
    ];
    let mut all = layla();
    for (change, reason) in cases {
        let mut person = layla();
        change(&mut person);
        change(&mut all);
        assert_eq!(verdict(&person, NOON).reasons, [reason]);
    }
    let reasons = verdict(&all, NOON).reasons;
    assert!(reasons.is_sorted(), "{reasons:?}");
    let mut person = layla();
    person.reachable.clear();
    person.given.clear();
    assert_eq!(verdict(&person, NOON).reasons, [Reason::NoAddress]);
    person = layla();
    person.place = Whereabouts::default();
    assert_eq!(verdict(&person, NOON).reasons, [Reason::UnknownTimezone]);
    let nobody = Judge::new(Vec::new(), None, at(NOON)).judge(&layla(), Channel::Sms);
    assert_eq!(nobody.reasons, [Reason::NoPolicy]);
}

#[test]
fn after_hours_the_next_morning_is_named() {
    let evening = verdict(&layla(), "2026-03-02T14:00:00Z");
    assert_eq!(evening.reasons, [Reason::OutsideWindow]);
    assert_eq!(evening.possible_at(), Some(at("2026-03-03T05:00:00Z")));
}

#[test]
fn the_strictest_of_number_and_residence_holds() {
    let mut person = layla();
    person.place = Whereabouts {
        number: Some("+12125550100".to_owned()),
        country: Some("US".to_owned()),
        region: Some("Florida".to_owned()),
        timezone: Some("America/New_York".to_owned()),
        city: None,
    };
    let verdict = verdict(&person, "2026-03-03T01:30:00Z"); // 20:30 there
    assert_eq!(verdict.policies, [0, 1]);
    assert_eq!(verdict.reasons, [Reason::OutsideWindow]);
}

#[test]
fn caps_roll_and_free_themselves() {
    let mut person = layla();
    person.contacts = vec![at("2026-03-02T05:00:00Z")];
    let verdict = verdict(&person, NOON);
    assert_eq!(verdict.reasons, [Reason::FrequencyCap]);
    // One a day in the Emirates: a day after the last.
    assert_eq!(verdict.possible_at(), Some(at("2026-03-03T05:00:00Z")));
}

#[test]
fn a_campaign_asks_for_more() {
    let mut person = layla();
    person.consents = vec![consent(Channel::Phone, "marketing")];
    person.human_claimed = true;
    let rules = CampaignRules::default();
    let mut judge = Judge::new(defaults(), Some(rules), at(NOON));
    let verdict = judge.judge(&person, Channel::Phone);
    let expected = [Reason::HumanClaimed, Reason::NoConsent];
    assert_eq!(verdict.reasons, expected);
}

#[test]
fn a_fallback_zone_needs_the_policy_s_leave() {
    let mut person = layla();
    person.place = Whereabouts::default();
    let rules = CampaignRules {
        fallback_timezone: Some("Asia/Dubai".to_owned()),
        ..CampaignRules::default()
    };
    let mut policies = defaults();
    let mut judge = Judge::new(policies.clone(), Some(rules.clone()), at(NOON));
    let refused = judge.judge(&person, Channel::Sms).reasons;
    assert_eq!(refused, [Reason::UnknownTimezone]);
    policies[3].fallback_timezone_allowed = true;
    let mut judge = Judge::new(policies, Some(rules), at(NOON));
    assert_eq!(judge.judge(&person, Channel::Sms).reasons, []);
}

proptest! {
    /// Whoever is told to come back then is let in then.
    #[test]
    fn at_the_next_opening_the_gate_is_open(
        second in 1_767_225_600_i64..1_798_761_600,
        ago in prop::collection::vec(1_i64..10_000, 0..5),
    ) {
        let now = Timestamp::from_second(second).unwrap();
        let mut person = layla();
        let mut ago = ago;
        ago.sort_unstable();
        person.contacts = ago.iter().map(|minutes| now - minutes.minutes()).collect();
        let verdict = Judge::new(defaults(), None, now).judge(&person, Channel::Sms);
        let then = verdict.possible_at().unwrap();
        prop_assert!(then >= now);
        let again = Judge::new(defaults(), None, then).judge(&person, Channel::Sms);
        prop_assert_eq!(again.reasons, []);
        prop_assert_eq!(verdict.reasons.is_empty(), then == now);
    }
}
