//! How the functions of the matrix are called.

use super::rows::id;

/// The statement that calls a function about the rows of a key.
pub fn call(function: &str, key: &str) -> String {
    let prospect = id("prospects", key);
    let package = id("handoff_packages", key);
    let campaign = id("campaigns", key);
    let live = id("live_conversations", key);
    let helper = id("users", "helper");
    let now = "timestamptz '2029-06-01 12:00Z'";
    let arguments = match function.rsplit('.').next().unwrap_or(function) {
        "release_prospect" => prospect,
        "assign_prospect" => format!("{prospect}, {helper}"),
        // With itself: whoever may merge at all is told that it is one row.
        "merge_prospects" => format!("{prospect}, {prospect}, {now}"),
        "claim_handoff" => format!("{package}, {now}"),
        "release_handoff" => format!("{package}, 'busy', {now}"),
        "complete_handoff" => format!("{package}, 'contacted', 'done', {now}"),
        "reassign_handoff" => format!("{package}, {helper}, 'away', {now}"),
        "start_campaign" | "pause_campaign" | "resume_campaign" | "stop_campaign" => {
            format!("{campaign}, 'why', {now}")
        }
        "campaign_segment" => campaign,
        "take_over_live" => format!("{live}, 1, {now}"),
        "return_live" => format!("{live}, 1, 'done', {now}"),
        "transfer_live" => format!("{live}, 1, {helper}, {now}"),
        "speak_live" => format!("{live}, 1, 'hello', 'internal', {now}"),
        "end_live" => format!("{live}, 1, 'qualified', {now}"),
        "lift_suppression" => format!("{}, 'asked for it', {now}", id("suppressions", key)),
        "confirm_lift_suppression" => format!("{}, {now}", id("suppressions", "asked")),
        "reschedule_appointment" => {
            let (start, end) = (
                "timestamptz '2033-03-03 10:00Z'",
                "timestamptz '2033-03-03 11:00Z'",
            );
            format!("{}, {start}, {end}, {now}", id("appointments", key))
        }
        "audit" => "'tried', 'teams'".to_owned(),
        "may_import" => "'prospects'".to_owned(),
        "start_import" => "'prospects', 'people.csv', false, '{}', 1".to_owned(),
        "keep_import_mapping" => "'prospects', 'ours', '{}'".to_owned(),
        "start_export" => "'prospects', 'csv'".to_owned(),
        _ => String::new(),
    };
    format!("select {function}({arguments})")
}
