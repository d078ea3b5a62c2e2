//! The prospects: invented people whose wishes are those of the dialogues.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    contacts,
    crew::{Crew, EAST_AND_NORTH, SACRAMENTO, SOUTH_BAY, team},
    homes::{Home, grouped},
    moment::{Moment, ZONE, after, minutes_of},
    seed::{id, pick, roll},
    source::{Dialogue, Source},
};

/// How many there are.
pub(super) const PROSPECTS: usize = 2000;
/// The way of a prospect.
const LADDER: [&str; 5] = ["new", "contacted", "qualified", "appointment_set", "closed"];

/// Where the first team lets; the second has the rest of the Bay Area.
const SOUTH: [&str; 19] = [
    "San Jose",
    "Sunnyvale",
    "Santa Clara",
    "Mountain View",
    "Campbell",
    "Palo Alto",
    "San Mateo",
    "Menlo Park",
    "Cupertino",
    "Los Gatos",
    "South San Francisco",
    "Morgan Hill",
    "Redwood City",
    "Milpitas",
    "Foster City",
    "Gilroy",
    "Belmont",
    "Burlingame",
    "San Francisco",
];

/// A prospect as the rest of the demo needs him.
#[derive(Clone, Debug)]
pub(super) struct Prospect {
    pub(super) number: usize,
    pub(super) id: Uuid,
    pub(super) team: usize,
    pub(super) owner: Option<Uuid>,
    pub(super) status: &'static str,
    pub(super) city: String,
    pub(super) bedrooms: i32,
    pub(super) buys: bool,
    pub(super) channel: &'static str,
    pub(super) created: Timestamp,
    pub(super) answered: Option<Timestamp>,
    pub(super) last_contact: Option<Timestamp>,
    features: Vec<&'static str>,
}

/// Everybody, the first ones being those who speak in the dialogues.
pub(super) fn people(
    source: &Source,
    homes: &[Home],
    crew: &Crew,
    moment: &Moment,
) -> Vec<Prospect> {
    let sales: Vec<&Home> = homes.iter().filter(|home| !home.to_let).collect();
    let all = (0..PROSPECTS).zip(source.dialogues.iter().cycle());
    all.map(|(number, dialogue)| {
        let speaks = number < source.dialogues.len();
        let buys = !speaks && number.is_multiple_of(3);
        let place = match buys {
            true => sales
                .get(roll("place", number, sales.len()))
                .map(|home| home.city.clone()),
            false => None,
        };
        let place =
            place.unwrap_or_else(|| city(dialogue.wish("area").unwrap_or("San Jose"), homes));
        person(number, dialogue, place, (speaks, buys), crew, moment)
    })
    .collect()
}

fn person(
    number: usize,
    dialogue: &Dialogue,
    city: String,
    (speaks, buys): (bool, bool),
    crew: &Crew,
    moment: &Moment,
) -> Prospect {
    let team = match (buys, SOUTH.contains(&city.as_str())) {
        (true, _) => SACRAMENTO,
        (false, true) => SOUTH_BAY,
        (false, false) => EAST_AND_NORTH,
    };
    let status = if speaks {
        "contacted"
    } else {
        standing(number)
    };
    let owned = speaks || (status != "new" && status != "lost") || roll("owned", number, 10) < 5;
    let days = match status {
        "new" => 12,
        _ => 110,
    };
    let created = moment.ago(roll("entered", number, days * 24 * 60) + 45);
    let answered = (status != "new").then(|| {
        let at = after(created, minutes_of(2 + roll("answered", number, 40)));
        at.min(moment.ago(2))
    });
    let part = 50 + roll("spoken", number, 50);
    Prospect {
        number,
        id: id("prospect", number),
        team,
        owner: owned.then(|| crew.rep(team, roll("owner", number, 3))),
        status,
        city,
        bedrooms: dialogue
            .wish("number_of_beds")
            .and_then(counted)
            .unwrap_or(2),
        buys,
        channel: match roll("channel", number, 10) {
            0..=4 => "phone",
            5..=7 => "whatsapp",
            _ => "sms",
        },
        created,
        answered,
        last_contact: answered.map(|at| moment.between(at, part, 100)),
        features: [("furnished", "furnished"), ("pets_allowed", "pets allowed")]
            .into_iter()
            .filter_map(|(slot, name)| (dialogue.wish(slot) == Some("True")).then_some(name))
            .collect(),
    }
}

fn standing(number: usize) -> &'static str {
    match roll("standing", number, 100) {
        0..=44 => "new",
        45..=69 => "contacted",
        70..=82 => "qualified",
        83..=84 => "appointment_set",
        85..=88 => "closed",
        _ => "lost",
    }
}

/// A number as the dialogues have it.
fn counted(text: &str) -> Option<i32> {
    let words = ["zero", "one", "two", "three", "four", "five"];
    let word = words
        .iter()
        .position(|word| text.eq_ignore_ascii_case(word));
    text.parse().ok().or(i32::try_from(word?).ok())
}

/// The city as the listings spell it.
pub(super) fn city(said: &str, homes: &[Home]) -> String {
    let said = match said {
        "SFO" | "San Fran" | "SF" => "San Francisco",
        other => other,
    };
    let known = homes
        .iter()
        .find(|home| home.city.eq_ignore_ascii_case(said));
    known.map_or_else(|| said.to_owned(), |home| home.city.clone())
}

/// The rows, with budgets that a home of the kind would ask for.
pub(super) fn rows(people: &[Prospect], homes: &[Home], moment: &Moment) -> Vec<Value> {
    let rows = people.iter().map(|it| row(it, homes, moment));
    rows.collect()
}

fn row(it: &Prospect, homes: &[Home], moment: &Moment) -> Value {
    let number = it.number;
    let reached = roll("reached", number, 10);
    let speaks = it.answered.is_some();
    let phone = (speaks || reached != 1).then(|| contacts::phone(number));
    let email = (reached != 0).then(|| contacts::email(number));
    let whatsapp = (it.channel == "whatsapp" && phone.is_some()).then(|| contacts::phone(number));
    let budget = budget(it, homes);
    let timeline = timeline(number);
    let sources = [
        "web_form",
        "portal",
        "referral",
        "walk_in",
        "campaign",
        "inbound_call",
        "other",
    ];
    let source = pick("source", number, &sources);
    json!({
        "id": it.id,
        "name": contacts::name(number),
        "email": email,
        "phone": phone,
        "whatsapp": whatsapp,
        "budget": budget.map(|most| match it.buys {
            true => format!("up to ${}", grouped(most)),
            false => format!("up to ${} a month", grouped(most)),
        }),
        "city": it.city,
        "timeline": timeline.map(|(said, _)| said),
        "status": it.status,
        "assigned_to": it.owner,
        "last_contact": it.last_contact,
        "preferred_channel": match phone {
            Some(_) => it.channel,
            None => "email",
        },
        "purpose": if it.buys { "buy" } else { "rent" },
        "budget_max": budget,
        "budget_currency": budget.map(|_| "USD"),
        "timeline_months_max": timeline.map(|(_, months)| months),
        "timezone": ZONE,
        "country": "US",
        "region": "CA",
        "language": "en",
        "wanted_types": match (it.buys, roll("wanted", number, 4)) {
            (false, _) | (true, 0) => "apartment",
            (true, 1) => "townhouse",
            _ => "villa",
        }.split(' ').collect::<Vec<_>>(),
        "wanted_bedrooms_min": it.bedrooms,
        "wanted_bedrooms_max": it.bedrooms,
        "wanted_features": it.features,
        "must_haves": if number.is_multiple_of(9) { vec!["bedrooms"] } else { vec![] },
        "source": source,
        "source_detail": (source == Some("portal")).then(|| json!({"portal": "homes.example"})),
        "lost_reason": (it.status == "lost").then(|| lost_because(number)),
        "first_response_at": it.answered,
        "response_due_at": after(it.created, minutes_of(60)),
        "last_inbound_at": it.last_contact.filter(|_| number.is_multiple_of(2)),
        "team_id": team(it.team),
        "restricted_at": (number == PROSPECTS - 1).then(|| moment.ago(3 * 24 * 60)),
        "restriction_reason": (number == PROSPECTS - 1).then_some("asked that his data only be kept"),
        "created_at": it.created,
    })
}

fn lost_because(number: usize) -> &'static str {
    let reasons = [
        "found a home elsewhere",
        "stays where he is",
        "budget does not reach",
        "cannot be reached",
        "unspecified",
    ];
    pick("lost", number, &reasons).unwrap_or("unspecified")
}

/// What a home of the wanted kind asks for, a little more or less; two in
/// three say so.
fn budget(it: &Prospect, homes: &[Home]) -> Option<i64> {
    if roll("budget said", it.number, 3) == 0 {
        return None;
    }
    let fit = |home: &&Home| {
        home.to_let != it.buys && home.city == it.city && home.bedrooms == it.bedrooms
    };
    let fitting: Vec<&Home> = homes.iter().filter(fit).collect();
    let asked = fitting.get(roll("budget", it.number, fitting.len()))?.price;
    let percent = i64::try_from(92 + roll("budget by", it.number, 24)).unwrap_or(100);
    let step = if it.buys { 5_000 } else { 50 };
    Some((asked * percent / 100 / step).max(1) * step)
}

fn timeline(number: usize) -> Option<(&'static str, i16)> {
    let said = [
        ("as soon as possible", 0),
        ("within a month", 1),
        ("in 1-3 months", 3),
        ("in 3-6 months", 6),
        ("this year", 12),
        ("just looking", 99),
    ];
    said.get(roll("timeline", number, said.len() + 2)).copied()
}

/// How each came to where he is: one row a step.
pub(super) fn history(people: &[Prospect], moment: &Moment) -> Vec<Value> {
    let mut rows = Vec::new();
    for it in people {
        let steps = steps(it);
        let count = steps.len();
        let mut since = it.created;
        for (step, (from, to)) in steps.into_iter().enumerate() {
            let at = match step {
                0 => it.answered.unwrap_or(it.created),
                _ => moment.between(it.created, step + 1, count + 1),
            };
            let at = at.max(since);
            rows.push(json!({
                "id": id("status change", it.number * 10 + step),
                "prospect_id": it.id,
                "from_status": from,
                "to_status": to,
                "reason": (to == "lost").then(|| lost_because(it.number)),
                "actor": it.owner,
                "duration": at.as_second() - since.as_second(),
                "created_at": at,
            }));
            since = at;
        }
    }
    rows
}

fn steps(it: &Prospect) -> Vec<(&'static str, &'static str)> {
    let lost = it.status == "lost";
    let reached = match lost {
        true => roll("lost at", it.number, 3),
        false => LADDER
            .iter()
            .position(|rung| *rung == it.status)
            .unwrap_or(0),
    };
    let rungs = LADDER.iter().take(reached + 1).copied();
    let rungs: Vec<_> = rungs.chain(lost.then_some("lost")).collect();
    let pairs = rungs.windows(2).filter_map(|pair| match pair {
        [from, to] => Some((*from, *to)),
        _ => None,
    });
    pairs.collect()
}
