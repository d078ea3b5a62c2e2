//! `next_steps`: what to do, in order; the first six that apply.
//!
//! The scoring model, "Text fields". The step about consent is never dropped: where it would come
//! seventh it takes the place of the sixth.

use crate::handoffs::facts::AppointmentStatus;
use crate::handoffs::generate::Draft;
use crate::handoffs::phrases;
use crate::handoffs::priority::Priority;
use crate::handoffs::score::BudgetFit;

/// The most steps of a package.
const MAX_STEPS: usize = 6;
/// The match score from which an offer is discussed after a viewing.
const OFFER_FROM: u8 = 80;

/// The steps in their order.
pub(super) fn steps(draft: &Draft) -> Vec<String> {
    let facts = draft.facts;
    let mut steps = Vec::new();
    if draft.priority == Priority::High {
        let due = phrases::local_time(draft.claim_due_at, draft.inputs.local_zone());
        let name = &draft.inputs.prospect.name;
        steps.push(phrases::step_contact(name, draft.follow_up, &due));
    }
    appointment_steps(draft, &mut steps);
    if facts.financing.is_none() {
        steps.push(phrases::step_financing());
    }
    if facts.money().is_none() || draft.score.fit.is_over() {
        steps.push(phrases::step_budget(draft.alternative()));
    }
    if facts.timeline.is_none() {
        steps.push(phrases::step_timeline());
    }
    if draft.suggestions.len() >= 2 {
        steps.push(phrases::step_shortlist(draft.suggestions.len()));
    }
    if let Some(objection) = facts.objections.first() {
        steps.push(phrases::step_objection(&objection.value));
    }
    let lacking = draft.reach.lacks_consent(draft.follow_up);
    if lacking.is_some() || draft.follow_up.is_none() {
        steps.truncate(MAX_STEPS - 1);
        steps.push(phrases::step_consent(lacking));
    }
    if steps.is_empty() {
        steps.push(phrases::step_follow_up());
    }
    steps.truncate(MAX_STEPS);
    steps
}

/// What the state of the appointment asks for.
fn appointment_steps(draft: &Draft, steps: &mut Vec<String>) {
    let (Some(appointment), Some(event), Some(when)) =
        (&draft.inputs.appointment, draft.event(), draft.starts())
    else {
        return;
    };
    match appointment.status {
        AppointmentStatus::Scheduled if draft.timing.upcoming => {
            steps.push(phrases::step_confirm(&event, &when));
            if draft.timing.under_24_hours {
                steps.push(phrases::step_access());
            }
        }
        AppointmentStatus::Completed => {
            let fits = draft.matched.is_some_and(|m| m.score >= OFFER_FROM);
            let offer = fits && draft.score.fit == BudgetFit::Full;
            steps.push(phrases::step_feedback(&event, offer));
        }
        AppointmentStatus::NoShow => steps.push(phrases::step_no_show(&draft.inputs.prospect.name)),
        AppointmentStatus::Rescheduled => steps.push(phrases::step_rescheduled(&event)),
        AppointmentStatus::Scheduled | AppointmentStatus::Cancelled => {}
    }
}
