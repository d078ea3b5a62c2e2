//! Agent plan steps as values.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{envelope::Resource, filter, record, words};

words! {
    /// How far a step came.
    pub enum StepStatus {
        /// Done.
        Completed = "completed",
        /// Under way.
        InProgress = "in_progress",
        /// Not begun.
        Pending = "pending",
        /// Left out.
        Skipped = "skipped",
        /// Not done.
        Failed = "failed",
        /// Waits for something else.
        Blocked = "blocked",
    }
}

words! {
    /// What kind of step.
    pub enum StepType {
        /// Say hello.
        Greet = "greet",
        /// Say that an AI is speaking.
        Disclose = "disclose",
        /// Make sure who it is.
        VerifyIdentity = "verify_identity",
        /// Ask whether it may be recorded.
        ObtainRecordingConsent = "obtain_recording_consent",
        /// Ask for the budget.
        QualifyBudget = "qualify_budget",
        /// Ask for the time.
        QualifyTimeline = "qualify_timeline",
        /// Ask what is wanted.
        QualifyNeed = "qualify_need",
        /// Ask who decides.
        QualifyAuthority = "qualify_authority",
        /// Show a home.
        PresentProperty = "present_property",
        /// Answer an objection.
        HandleObjection = "handle_objection",
        /// Suggest a time.
        ProposeAppointment = "propose_appointment",
        /// Confirm a time.
        ConfirmAppointment = "confirm_appointment",
        /// Pass on to a person.
        Handoff = "handoff",
        /// Say goodbye.
        Close = "close",
    }
}

record! {
    /// A step of the agent's plan.
    pub struct AgentPlanStep {
        /// Its key.
        pub id: Uuid,
        /// Of which live conversation.
        pub live_conversation_id: Uuid,
        /// Its place in the plan.
        pub step: i32,
        /// What it is called.
        pub name: String,
        /// What it is for.
        pub description: String,
        /// How far it came.
        pub status: StepStatus,
        /// With whom.
        pub prospect_id: Uuid,
        /// Which plan; a new one replaces the old.
        pub plan_version: i32,
        /// What kind of step.
        pub step_type: Option<StepType>,
        /// Steps that come first.
        pub depends_on: Vec<Uuid>,
        /// What came of it.
        pub result: Option<String>,
        /// Why it was left out.
        pub skip_reason: Option<String>,
        /// When it began.
        pub started_at: Option<Timestamp>,
        /// When it was done.
        pub completed_at: Option<Timestamp>,
        /// When it changed last.
        pub updated_at: Timestamp,
        /// When it was entered.
        pub created_at: Timestamp,
    }
}

impl Resource for AgentPlanStep {
    const PATH: &'static str = "/api/agent-plan-steps";

    fn id(&self) -> Uuid {
        self.id
    }

    fn changed_at(&self) -> Timestamp {
        self.updated_at
    }
}

filter! {
    /// Which steps a list holds.
    pub struct AgentPlanStepFilter {
        /// Of which live conversation.
        live_conversation_id: Uuid,
        /// With whom.
        prospect_id: Uuid,
        /// How far it came.
        status: StepStatus,
        /// Which plan.
        plan_version: i32,
    }
    sort {
        created_at: "timestamptz",
        updated_at: "timestamptz",
        step: "int4",
        plan_version: "int4",
        status: "text",
        id: "uuid",
    }
}
