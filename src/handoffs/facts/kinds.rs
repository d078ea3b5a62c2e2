//! The words that columns of prospects, appointments, conversations, entities and consents may hold.

use crate::properties::matching::words;

words! {
    /// A way to reach a person.
    Channel {
        /// A call.
        Phone = "phone",
        /// A WhatsApp message.
        Whatsapp = "whatsapp",
        /// A text message.
        Sms = "sms",
        /// A mail.
        Email = "email",
    }
}

words! {
    /// `prospects.status`.
    ProspectStatus {
        /// Not contacted yet.
        New = "new",
        /// Contacted.
        Contacted = "contacted",
        /// Qualified.
        Qualified = "qualified",
        /// Has an appointment.
        AppointmentSet = "appointment_set",
        /// Bought or rented.
        Closed = "closed",
        /// Given up.
        Lost = "lost",
    }
}

words! {
    /// `appointments.status`.
    AppointmentStatus {
        /// To come, or its outcome is not recorded yet.
        Scheduled = "scheduled",
        /// Took place.
        Completed = "completed",
        /// Somebody did not come.
        NoShow = "no_show",
        /// Moved.
        Rescheduled = "rescheduled",
        /// Called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// `appointments.kind`.
    AppointmentKind {
        /// At the property.
        Viewing = "viewing",
        /// A call.
        Call = "call",
        /// A meeting.
        Meeting = "meeting",
        /// A tour by video.
        VirtualTour = "virtual_tour",
    }
}

words! {
    /// `conversations.sentiment`.
    Sentiment {
        /// Friendly.
        Positive = "positive",
        /// Neither.
        Neutral = "neutral",
        /// Annoyed.
        Negative = "negative",
        /// Both.
        Mixed = "mixed",
    }
}

words! {
    /// `conversations.ai_confidence`.
    AiConfidence {
        /// Counts as 1.0.
        High = "high",
        /// Counts as 0.7.
        Medium = "medium",
        /// Counts as 0.4.
        Low = "low",
    }
}

impl AiConfidence {
    /// The confidence in percent (contract, "conversations").
    pub const fn percent(self) -> u32 {
        match self {
            AiConfidence::High => 100,
            AiConfidence::Medium => 70,
            AiConfidence::Low => 40,
        }
    }
}

words! {
    /// `detected_entities.status`.
    EntityStatus {
        /// Found by the agent.
        Detected = "detected",
        /// A person said it is right.
        Confirmed = "confirmed",
        /// A person said it is wrong; ignored.
        Rejected = "rejected",
        /// Replaced by a later one; ignored.
        Superseded = "superseded",
    }
}

words! {
    /// `consents.status`.
    ConsentStatus {
        /// Given.
        Granted = "granted",
        /// Refused.
        Denied = "denied",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}
