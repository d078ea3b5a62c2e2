//! What can be exported, and where each role finds it: the one list of
//! relations beside those of the nouns themselves.

use crate::{
    activities::Activity,
    agent::{
        actions::AgentAction, entities::DetectedEntity, plan_steps::AgentPlanStep,
        scores::QualificationScore,
    },
    appointments::Appointment,
    campaigns::{Campaign, leads::QueuedLead, runs::CampaignRun},
    compliance::{
        audit::AuditEntry, consents::Consent, policies::ContactPolicy, suppressions::Suppression,
    },
    conversations::Conversation,
    db::{ColumnType, Record},
    handoffs::Handoff,
    imports::Import,
    integrations::Integration,
    live_conversations::LiveConversation,
    properties::Property,
    prospects::Prospect,
    routing::RoutingRule,
    tasks::Task,
    teams::{Team, members::TeamMember},
    transcript_messages::TranscriptMessage,
    users::User,
};

/// A table that can be exported.
pub(super) struct Table {
    /// Its name, which is also the relation's.
    pub(super) name: &'static str,
    /// Role → the view through which it reads the table.
    pub(super) views: &'static [(&'static str, &'static str)],
    /// Its columns, as the API shows them.
    columns: &'static [ColumnType],
    /// Whether its key is a number and not a UUID.
    pub(super) numbered: bool,
}

const fn table<R: Record>(
    name: &'static str,
    views: &'static [(&'static str, &'static str)],
) -> Table {
    Table {
        name,
        views,
        columns: R::FIELDS,
        numbered: false,
    }
}

static TABLES: &[Table] = &[
    table::<Activity>("activities", &[]),
    table::<AgentAction>(
        "agent_actions",
        &[("operations", "agent_actions_no_payload")],
    ),
    table::<AgentPlanStep>("agent_plan_steps", &[]),
    table::<Appointment>("appointments", &[("qa_supervisor", "appointments_masked")]),
    Table {
        numbered: true,
        ..table::<AuditEntry>("audit_log", &[])
    },
    table::<CampaignRun>("campaign_runs", &[]),
    table::<Campaign>("campaigns", &[]),
    table::<Consent>("consents", &[]),
    table::<ContactPolicy>("contact_policies", &[]),
    table::<Conversation>("conversations", &[("operations", "conversations_metadata")]),
    table::<DetectedEntity>("detected_entities", &[]),
    table::<Handoff>(
        "handoff_packages",
        &[("operations", "handoff_packages_masked")],
    ),
    table::<Import>("imports", &[]),
    table::<Integration>("integrations", &[]),
    table::<LiveConversation>(
        "live_conversations",
        &[("operations", "live_conversations_state")],
    ),
    table::<Property>("properties", &[]),
    table::<Prospect>("prospects", &[("qa_supervisor", "prospects_masked")]),
    table::<QualificationScore>("qualification_scores", &[]),
    table::<QueuedLead>("queued_leads", &[("qa_supervisor", "queued_leads_masked")]),
    table::<RoutingRule>("routing_rules", &[]),
    table::<Suppression>("suppressions", &[]),
    table::<Task>("tasks", &[]),
    table::<TeamMember>("team_members", &[]),
    table::<Team>("teams", &[]),
    table::<TranscriptMessage>("transcript_messages", &[]),
    table::<User>("users", &[("qa_supervisor", "users_directory")]),
];

/// The tables that can be exported.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    TABLES.iter().map(|table| table.name)
}

/// A table by its name, `queued_leads` or `queued-leads`; `handoffs` is one too.
pub(super) fn find(name: &str) -> Option<&'static Table> {
    let name = name.replace('-', "_");
    let name = if name == "handoffs" {
        "handoff_packages"
    } else {
        &name
    };
    TABLES.iter().find(|table| table.name == name)
}

impl Table {
    /// The columns of the file: what the API works out besides is none.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static ColumnType> {
        let all = self.columns.iter();
        all.filter(|column| column.name != "config_keys")
    }

    /// Where a role reads it.
    pub(super) fn relation(&self, role: &str) -> &'static str {
        let view = self.views.iter().find(|(of, _)| *of == role);
        view.map_or(self.name, |(_, view)| view)
    }
}

/// How a column is masked, where it holds an address or a number of a person.
pub(super) fn mask(column: &str) -> Option<&'static str> {
    match column {
        "phone" | "whatsapp" | "phone_e164" | "whatsapp_e164" | "prospect_phone"
        | "prospect_whatsapp" => Some("doorstep.mask_phone("),
        "email" | "email_normalized" | "prospect_email" => Some("doorstep.mask_email("),
        _ => None,
    }
}
