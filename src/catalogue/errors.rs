//! Code → sentence.

/// Sorted by status, then by code.
pub(super) const SENTENCES: &[(&str, &str)] = &[
    // 400
    (
        "about_people",
        "must be about the home: who lives there, and what anybody believes, comes from or \
         suffers from is never a need",
    ),
    (
        "contact_required",
        "One of phone, whatsapp and email is required.",
    ),
    (
        "masked_column",
        "cannot be filtered or sorted by, because you see it masked or not at all",
    ),
    ("merge_one_of", "say either `into` or `other`, and not both"),
    ("reason_required", "A reason is required."),
    ("somebody_required", "a prospect or an address is required"),
    ("body_not_json", "The body is not valid JSON."),
    ("body_not_object", "The body must be a JSON object."),
    (
        "cursor_foreign",
        "is not a cursor of this list in this order; start again without it",
    ),
    ("id_not_uuid", "must be a UUID"),
    ("invalid_path", "The path is not valid."),
    ("invalid_query", "The query string is not valid."),
    (
        "invalid_request",
        "Some values are not as they should be; see details.",
    ),
    ("invalid_value", "is not a value that can stand here"),
    ("limit_not_positive", "must be a whole number from 1 up"),
    ("must_not_be_null", "must not be null"),
    ("not_storable", "holds a value that cannot be stored"),
    ("required", "is required"),
    ("unknown_reference", "names nothing that you can see"),
    ("outcome_required", "Say what came of it."),
    ("start_required", "Say when it begins."),
    ("unknown_outcome", "is not one of the known outcomes"),
    ("user_required", "Say who gets it."),
    (
        "import_interrupted",
        "The server was stopped in the middle of it. Import the file again: what was loaded stays as it is.",
    ),
    ("upload_broken", "The file broke off."),
    (
        "two_people",
        "belongs to one person by telephone and to another by e-mail",
    ),
    ("unknown_prospect", "names a prospect that you cannot see"),
    ("unknown_team", "names a team that you cannot see"),
    // 401
    ("bad_lead_key", "The lead key is missing, wrong or revoked."),
    ("bad_token", "The token is not valid. Sign in again."),
    ("not_signed_in", "Sign in first."),
    ("session_ended", "The session has ended. Sign in again."),
    // 403
    (
        "cross_site",
        "The request comes from another site and was refused.",
    ),
    ("forbidden", "Your role does not allow this."),
    (
        "import_not_allowed",
        "Your role does not import such files.",
    ),
    ("export_not_allowed", "Your role does not export this."),
    (
        "loopback_only",
        "This is answered on the machine itself or with the service key.",
    ),
    ("protected_column", "This value cannot be changed here."),
    (
        "form_expired",
        "This form is no longer valid. Send it again.",
    ),
    // 404
    ("appointment_not_found", "Appointment not found."),
    ("not_found", "There is nothing here that you can see."),
    ("unknown_route", "There is no such address."),
    // 405
    (
        "method_not_allowed",
        "This address does not take that method.",
    ),
    // 409
    ("already_lifted", "The suppression was lifted already."),
    (
        "campaign_blocked",
        "A compliance officer has blocked the campaign.",
    ),
    (
        "lift_not_requested",
        "Nobody has asked for the suppression to be lifted.",
    ),
    (
        "merge_with_itself",
        "A prospect cannot be merged with itself.",
    ),
    ("not_assigned", "The prospect is assigned to nobody."),
    ("prospect_gone", "The prospect was merged or erased."),
    (
        "last_admin",
        "The last administrator cannot be demoted or deactivated.",
    ),
    (
        "contact_policy_exists",
        "There is a policy for this jurisdiction and channel already.",
    ),
    (
        "integration_exists",
        "There is an integration of this type and name already.",
    ),
    (
        "listing_exists",
        "There is a property with this listing key already.",
    ),
    ("member_exists", "The person is in the team already."),
    ("team_exists", "There is a team of this name already."),
    ("already_claimed", "Somebody else has claimed this handoff."),
    ("already_completed", "This handoff is completed."),
    (
        "appointment_has_not_started",
        "The appointment has not begun yet.",
    ),
    ("appointment_is_over", "The appointment is over."),
    ("handoff_active", "There is an active handoff already."),
    ("handoff_expired", "This handoff has expired."),
    ("message_is_final", "A final message does not change."),
    ("not_claimed", "Nobody has claimed this handoff."),
    (
        "not_the_same_appointment",
        "A moved appointment keeps its prospect and its rep.",
    ),
    (
        "one_step_at_a_time",
        "Another step of the plan is in progress.",
    ),
    (
        "stale_epoch",
        "Somebody else controls the conversation by now.",
    ),
    ("campaign_running", "The campaign has a run already."),
    (
        "already_controlled",
        "A person controls the conversation already.",
    ),
    ("conversation_over", "The conversation is over."),
    (
        "conversation_paused",
        "The conversation is paused; nobody speaks in it now.",
    ),
    ("has_another_call", "The person is in another call."),
    ("not_controlled", "No person controls the conversation."),
    ("double_booking", "That time is taken."),
    ("duplicate", "There is one like this already."),
    (
        "idempotency_running",
        "A request with this Idempotency-Key is still running.",
    ),
    (
        "illegal_status_change",
        "The status cannot change that way.",
    ),
    (
        "prospect_double_booked",
        "The prospect has another appointment at that time.",
    ),
    (
        "property_double_booked",
        "The property is being shown at that time.",
    ),
    (
        "rep_double_booked",
        "The rep has another appointment at that time.",
    ),
    ("still_referenced", "Other records still point to this one."),
    (
        "prospect_duplicate",
        "A prospect with this phone or e-mail exists already.",
    ),
    (
        "user_already_exists",
        "Somebody with this e-mail address exists already.",
    ),
    // 412
    (
        "lost_update",
        "Somebody changed this since you read it. Read it again.",
    ),
    // 413
    ("body_too_large", "The body is too large."),
    // 415
    ("not_json", "The body must be sent as application/json."),
    // 422
    ("campaign_over", "The campaign's end has passed."),
    ("channels_required", "A campaign needs a channel."),
    (
        "import_hopeless",
        "More than 50,000 rows were refused; is it a file of this kind, and are the headings mapped?",
    ),
    (
        "agent_refused",
        "The prospect does not want to talk to the agent.",
    ),
    ("assignee_away", "The person is out of the office."),
    (
        "channel_window_closed",
        "WhatsApp takes no free text more than 24 hours after the prospect's last message.",
    ),
    ("assignee_not_active", "The person is not active."),
    ("assignee_not_in_sales", "The person is not in sales."),
    (
        "second_person_required",
        "Another compliance officer must confirm it.",
    ),
    (
        "idempotency_reused",
        "This Idempotency-Key was used with another request, or in another role.",
    ),
    ("prospect_closed", "The prospect is closed."),
    ("prospect_erased", "The prospect was erased."),
    (
        "not_happened_yet",
        "is in the future; what is to come is a task",
    ),
    (
        "fallback_cycle",
        "The fallbacks would go round in a circle.",
    ),
    ("refused", "A rule refuses this."),
    ("suppressed", "The prospect must not be contacted."),
    (
        "unreachable",
        "The only contact of the prospect is known to be wrong.",
    ),
    // 429
    ("too_many_requests", "Too many requests. Wait a moment."),
    // 500
    ("internal", "Something went wrong on our side."),
    // 503
    (
        "overloaded",
        "Too many requests at once. Try again in a moment.",
    ),
    ("timeout", "The answer took too long. Try again."),
    (
        "unavailable",
        "The service is not available right now. Try again in a moment.",
    ),
];

#[cfg(test)]
mod tests {
    use super::SENTENCES;

    #[test]
    fn each_code_stands_once() {
        let mut codes: Vec<_> = SENTENCES.iter().map(|(code, _)| code).collect();
        codes.sort_unstable();
        let all = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }
}
