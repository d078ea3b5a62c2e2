//! The nouns whose statements are checked: a new one joins with a line.

use doorstep::{
    activities::{Activity, ActivityBody, ActivityFilter},
    agent::{
        actions::{AgentAction, AgentActionBody, AgentActionFilter},
        entities::{DetectedEntity, DetectedEntityBody, DetectedEntityFilter},
        plan_steps::{AgentPlanStep, AgentPlanStepFilter},
        scores::{QualificationScore, QualificationScoreBody, QualificationScoreFilter},
    },
    appointments::{Appointment, AppointmentBody, AppointmentFilter},
    campaigns::{
        Campaign, CampaignBody, CampaignFilter,
        leads::{QueuedLead, QueuedLeadFilter},
        runs::{CampaignRun, CampaignRunFilter},
    },
    compliance::{
        audit::{AuditEntry, AuditFilter},
        consents::{Consent, ConsentBody, ConsentFilter},
        policies::{ContactPolicy, ContactPolicyBody, ContactPolicyFilter},
        suppressions::{Suppression, SuppressionBody, SuppressionFilter},
    },
    conversations::{Conversation, ConversationBody, ConversationFilter},
    db::{ColumnType, Record},
    handoffs::{Handoff, HandoffBody, HandoffFilter},
    input::{Filter, Mode, Writable},
    integrations::{Integration, IntegrationBody, IntegrationFilter},
    live_conversations::{LiveConversation, LiveConversationFilter},
    properties::{Property, PropertyBody, PropertyFilter},
    prospects::{Prospect, ProspectBody, ProspectFilter},
    routing::{RoutingRule, RoutingRuleBody, RoutingRuleFilter},
    tasks::{Task, TaskBody, TaskFilter},
    teams::{
        Team, TeamBody, TeamFilter,
        members::{TeamMember, TeamMemberBody, TeamMemberFilter},
    },
    transcript_messages::{TranscriptMessage, TranscriptMessageBody, TranscriptMessageFilter},
    users::{User, UserBody, UserFilter},
};
use schemars::SchemaGenerator;
use serde_json::{Map, Value};

use super::sample;

/// What is known of a noun without asking the database.
pub struct Noun {
    pub path: &'static str,
    pub table: &'static str,
    /// Views that show the table's rows with the same columns.
    pub views: &'static [&'static str],
    pub fields: &'static [ColumnType],
    /// Columns of the answer, or keys of the body, that are no columns of the
    /// table.
    pub beside: &'static [&'static str],
    pub filters: Vec<(&'static str, Value)>,
    pub sorts: Vec<(&'static str, &'static str, bool)>,
    pub written: Vec<ColumnType>,
    pub body: Value,
}

fn noun<R: Record, F: Filter>(
    path: &'static str,
    table: &'static str,
    views: &'static [&'static str],
) -> Noun {
    let mut generator = SchemaGenerator::default();
    let filters = F::describe(&mut generator);
    Noun {
        path,
        table,
        views,
        fields: R::FIELDS,
        beside: &[],
        filters: filters
            .into_iter()
            .map(|(name, schema, _)| (name, sample(schema.as_value())))
            .collect(),
        sorts: F::SORTS
            .iter()
            .map(|sort| (sort.column, sort.sql_type, sort.nullable))
            .collect(),
        written: Vec::new(),
        body: Value::Null,
    }
}

impl Noun {
    /// The same noun, whose rows are made and changed by this body.
    fn written_by<B: Writable>(mut self) -> Self {
        let mut generator = SchemaGenerator::default();
        let schema = B::schema(Mode::Create, &mut generator).to_value();
        let keys = schema["properties"].as_object().unwrap();
        let body: Map<String, Value> = keys
            .iter()
            .map(|(key, schema)| (key.clone(), sample(schema)))
            .collect();
        self.body = Value::Object(body);
        self.written = B::column_types();
        self
    }

    fn beside(mut self, columns: &'static [&'static str]) -> Self {
        self.beside = columns;
        self
    }
}

/// Every noun of the API.
pub fn nouns() -> Vec<Noun> {
    vec![
        noun::<Property, PropertyFilter>("/api/properties", "properties", &[])
            .written_by::<PropertyBody>(),
        noun::<Prospect, ProspectFilter>(
            "/api/prospects",
            "prospects",
            &["prospects_masked", "prospects_pool"],
        )
        .written_by::<ProspectBody>(),
        noun::<User, UserFilter>("/api/users", "users", &["users_directory"])
            .written_by::<UserBody>(),
        noun::<Task, TaskFilter>("/api/tasks", "tasks", &[]).written_by::<TaskBody>(),
        noun::<Activity, ActivityFilter>("/api/activities", "activities", &[])
            .written_by::<ActivityBody>(),
        noun::<Team, TeamFilter>("/api/teams", "teams", &[]).written_by::<TeamBody>(),
        noun::<TeamMember, TeamMemberFilter>("/api/team-members", "team_members", &[])
            .written_by::<TeamMemberBody>(),
        noun::<Campaign, CampaignFilter>("/api/campaigns", "campaigns", &[])
            .written_by::<CampaignBody>(),
        noun::<CampaignRun, CampaignRunFilter>("/api/campaign-runs", "campaign_runs", &[]),
        noun::<QueuedLead, QueuedLeadFilter>(
            "/api/queued-leads",
            "queued_leads",
            &["queued_leads_masked"],
        ),
        noun::<Integration, IntegrationFilter>("/api/integrations", "integrations", &[])
            .written_by::<IntegrationBody>()
            .beside(&["config_keys", "config"]),
        noun::<Consent, ConsentFilter>("/api/consents", "consents", &[])
            .written_by::<ConsentBody>(),
        noun::<Suppression, SuppressionFilter>("/api/suppressions", "suppressions", &[])
            .written_by::<SuppressionBody>()
            .beside(&["address"]),
        noun::<ContactPolicy, ContactPolicyFilter>(
            "/api/contact-policies",
            "contact_policies",
            &[],
        )
        .written_by::<ContactPolicyBody>(),
        noun::<AuditEntry, AuditFilter>("/api/audit-log", "audit_log", &[]),
    ]
    .into_iter()
    .chain(desk())
    .collect()
}

/// The nouns of the desk.
fn desk() -> Vec<Noun> {
    vec![
        noun::<Conversation, ConversationFilter>(
            "/api/conversations",
            "conversations",
            &["conversations_metadata"],
        )
        .written_by::<ConversationBody>(),
        noun::<LiveConversation, LiveConversationFilter>(
            "/api/live-conversations",
            "live_conversations",
            &["live_conversations_state"],
        ),
        noun::<TranscriptMessage, TranscriptMessageFilter>(
            "/api/transcript-messages",
            "transcript_messages",
            &[],
        )
        .written_by::<TranscriptMessageBody>(),
        noun::<AgentAction, AgentActionFilter>(
            "/api/agent-actions",
            "agent_actions",
            &["agent_actions_no_payload"],
        )
        .written_by::<AgentActionBody>(),
        noun::<AgentPlanStep, AgentPlanStepFilter>(
            "/api/agent-plan-steps",
            "agent_plan_steps",
            &[],
        ),
        noun::<DetectedEntity, DetectedEntityFilter>(
            "/api/detected-entities",
            "detected_entities",
            &[],
        )
        .written_by::<DetectedEntityBody>(),
        noun::<QualificationScore, QualificationScoreFilter>(
            "/api/qualification-scores",
            "qualification_scores",
            &[],
        )
        .written_by::<QualificationScoreBody>(),
        noun::<Appointment, AppointmentFilter>(
            "/api/appointments",
            "appointments",
            &["appointments_masked"],
        )
        .written_by::<AppointmentBody>(),
        noun::<Handoff, HandoffFilter>(
            "/api/handoffs",
            "handoff_packages",
            &["handoff_packages_masked", "handoff_packages_pool"],
        )
        .written_by::<HandoffBody>(),
        noun::<RoutingRule, RoutingRuleFilter>(
            "/api/routing-rules",
            "routing_rules",
            &["routing_rules_names"],
        )
        .written_by::<RoutingRuleBody>(),
    ]
}
