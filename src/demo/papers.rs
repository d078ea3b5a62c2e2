//! What people agreed to, who must not be contacted, and what the desk is
//! connected to.

use serde_json::{Value, json};

use super::{
    moment::{Moment, after, minutes_of},
    prospects::Prospect,
    seed::{id, pick, roll},
};

/// Which wording people agreed to.
const WORDING: &str = "2026-01";

/// What each answered when asked whether he may be contacted.
pub(super) fn consents(people: &[Prospect]) -> Vec<Value> {
    let mut rows = Vec::new();
    for it in people.iter().filter(|it| it.status != "new") {
        let mut said = |purpose: &str, status: &str, minutes: usize| {
            let at = after(it.created, minutes_of(minutes));
            rows.push(json!({
                "id": id("consent", it.number * 10 + rows.len() % 10),
                "prospect_id": it.id,
                "channel": it.channel,
                "purpose": purpose,
                "status": status,
                "text_version": WORDING,
                "captured_at": at,
                "method": if it.channel == "phone" { "spoken" } else { "written" },
                "source": "conversation",
                "captured_by": it.owner,
                "created_at": at,
            }));
        };
        match roll("agreed", it.number, 12) {
            0 => said("marketing", "denied", 1),
            1 => {
                said("marketing", "granted", 1);
                said("marketing", "withdrawn", 45);
            }
            _ => said("marketing", "granted", 1),
        }
        if it.channel == "phone" {
            said(
                "ai_voice",
                if it.number.is_multiple_of(11) {
                    "denied"
                } else {
                    "granted"
                },
                1,
            );
            said(
                "recording",
                if it.number.is_multiple_of(7) {
                    "denied"
                } else {
                    "granted"
                },
                1,
            );
        }
    }
    rows
}

/// Who asked to be left alone: whoever opted out of a campaign, and a few more.
pub(super) fn suppressions(people: &[Prospect], leads: &[Value], moment: &Moment) -> Vec<Value> {
    let out = leads.iter().filter(|lead| lead["status"] == "opted_out");
    let out: std::collections::BTreeSet<&str> = out
        .filter_map(|lead| lead["prospect_id"].as_str())
        .collect();
    let reasons = ["stop_keyword", "verbal", "complaint", "manual"];
    let asked = |it: &&Prospect| {
        out.contains(it.id.to_string().as_str())
            || (it.status == "lost" && it.number.is_multiple_of(13))
    };
    let rows = people.iter().filter(asked).map(|it| {
        let at = moment.between(it.created, 9, 10);
        json!({
            "id": id("suppression", it.number),
            "prospect_id": it.id,
            "channel": if it.number.is_multiple_of(4) { it.channel } else { "all" },
            "scope": "global",
            "reason": pick("stop", it.number, &reasons),
            "effective_at": at,
            "created_at": at,
        })
    });
    rows.collect()
}

/// What the desk is connected to, or was.
pub(super) fn integrations(moment: &Moment) -> Vec<Value> {
    let all = [
        ("Ledgerline CRM", "crm", "connected"),
        ("Clearline Telephony", "telephony", "connected"),
        ("Blue Bubble Messaging", "messaging", "connected"),
        ("Letterbox E-mail", "email", "connected"),
        ("Team calendar", "calendar", "error"),
        ("Old dialler", "telephony", "disconnected"),
    ];
    let rows = all
        .iter()
        .enumerate()
        .map(|(number, (name, kind, status))| {
            json!({
                "id": id("integration", number),
                "name": name,
                "type": kind,
                "status": status,
                "last_sync": (*status != "disconnected").then(|| moment.ago(3 + number * 37)),
                "icon": kind,
                "created_at": moment.ago((190 - number) * 24 * 60),
            })
        });
    rows.collect()
}
