//! All rows of the demo, worked out before the first is written.

use serde_json::Value;

use super::{
    Report, campaigns, crew::Crew, homes, leads, moment::Moment, packages, packages::Package,
    papers, prospects, source::Source, talks, visits,
};

/// The rows of each table.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) report: Report,
    pub(super) homes: Vec<Value>,
    pub(super) prospects: Vec<Value>,
    pub(super) history: Vec<Value>,
    pub(super) consents: Vec<Value>,
    pub(super) suppressions: Vec<Value>,
    pub(super) integrations: Vec<Value>,
    pub(super) campaigns: Vec<Value>,
    pub(super) runs: Vec<Value>,
    pub(super) leads: Vec<Value>,
    pub(super) conversations: Vec<Value>,
    pub(super) live: Vec<Value>,
    pub(super) messages: [Vec<Value>; 2],
    pub(super) entities: Vec<Value>,
    pub(super) actions: Vec<Value>,
    pub(super) appointments: Vec<Value>,
    pub(super) moved_appointments: Vec<Value>,
    pub(super) packages: Vec<Package>,
}

impl Plan {
    /// Depends on nothing but the files, the people's keys and the clock.
    pub(super) fn of(source: &Source, crew: &Crew, moment: &Moment) -> Self {
        let homes = homes::homes(source, moment);
        let mut people = prospects::people(source, &homes.all, crew, moment);
        let talks = talks::talks(source, &homes.all, &mut people, moment);
        let visits = visits::visits(&talks, &mut people, &homes.all, moment);
        let leads = leads::leads(&people, &talks, moment);
        let [mut conversations, live] = talks::rows(source, &talks, &people);
        conversations.extend(leads.conversations());
        let messages = talks::messages(source, &talks);
        let booked = talks.iter().filter(|talk| talk.visit_in.is_some()).count();
        let met = visits
            .rows
            .iter()
            .filter(|row| !row["conversation_id"].is_null())
            .count();
        Self {
            report: Report {
                homes: homes.rows.len(),
                homes_without_city: homes.without_city,
                prospects: people.len(),
                dialogues: talks.len(),
                messages: messages.iter().map(Vec::len).sum(),
                visits_without_home: booked.saturating_sub(met),
            },
            prospects: prospects::rows(&people, &homes.all, moment),
            history: prospects::history(&people, moment),
            consents: papers::consents(&people),
            suppressions: papers::suppressions(&people, &leads.rows, moment),
            integrations: papers::integrations(moment),
            campaigns: campaigns::rows(crew, moment),
            runs: campaigns::runs(&leads, &talks, &people, crew, moment),
            conversations,
            live,
            entities: talks::entities(source, &talks, &people),
            actions: talks::actions(source, &talks),
            packages: packages::packages(&visits.all, &talks, &people, moment),
            homes: homes.rows,
            leads: leads.rows,
            messages,
            appointments: visits.rows,
            moved_appointments: visits.successors,
        }
    }
}
