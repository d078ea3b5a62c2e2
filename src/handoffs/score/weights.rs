//! The weights of the model, in one place and versioned.

/// All weights of one version of the model. Points, unless a unit is named.
#[derive(Debug, Clone, Copy)]
pub struct Weights {
    /// The version's name, stored with every score.
    pub version: &'static str,
    /// Budget known as a number; known as unreadable text.
    pub budget_known: [i32; 2],
    /// Target property within the budget; over by at most 10 %; by at most 20 %.
    pub budget_fit: [i32; 3],
    /// Nothing to compare a numeric budget with.
    pub budget_incomparable: i32,
    /// Cash or pre-approved; in process.
    pub financing: [i32; 2],
    /// (months at most, points), shortest first.
    pub timeline: [(u16, i32); 4],
    /// A longer timeline, or browsing.
    pub timeline_beyond: i32,
    /// Each known need; there are four of them.
    pub need_each: i32,
    /// (match score at least, points), highest first.
    pub need_match: [(u8, i32); 3],
    /// Sole; joint and engaged; joint; unknown; somebody else decides.
    pub authority: [i32; 5],
    /// Appointment to come or completed; rescheduled.
    pub appointment: [i32; 2],
    /// Conversation qualified or booked; connected, call-back or handoff asked for.
    pub outcome: [i32; 2],
    /// Sentiment positive; neutral or mixed.
    pub sentiment: [i32; 2],
    /// (messages at least, or seconds at least, points), deepest first.
    pub depth: [(i32, i32, i32); 2],
    /// For each no-show; at most for all of them.
    pub no_show: [i32; 2],
    /// The prospect is lost.
    pub lost: i32,
    /// The conversation ended with "not interested".
    pub not_interested: i32,
    /// The least that all penalties together can be.
    pub penalty_floor: i32,
    /// Totals from which the grade is A, B, C.
    pub grades: [i32; 3],
    /// Totals from which the temperature is hot, warm.
    pub temperatures: [i32; 2],
}

/// Version 1 of the model (the scoring model, "Score").
pub const RE_BANT_1: Weights = Weights {
    version: "re-bant-1",
    budget_known: [12, 5],
    budget_fit: [8, 5, 2],
    budget_incomparable: 4,
    financing: [5, 2],
    timeline: [(1, 25), (3, 20), (6, 12), (12, 6)],
    timeline_beyond: 2,
    need_each: 3,
    need_match: [(80, 8), (60, 5), (40, 2)],
    authority: [10, 8, 6, 5, 2],
    appointment: [10, 6],
    outcome: [6, 4],
    sentiment: [2, 1],
    depth: [(10, 180, 2), (4, 60, 1)],
    no_show: [-10, -20],
    lost: -20,
    not_interested: -20,
    penalty_floor: -40,
    grades: [80, 60, 40],
    temperatures: [80, 50],
};

/// The most that the budget part can give, in points.
pub const BUDGET_MAX: i32 = 25;
/// The most that need, authority and engagement can give together, in points.
pub const INTENT_MAX: i32 = 50;
