//! What goes on between the desk and a prospect.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};

use crate::{
    activities, agent, app::App, appointments, conversations, handoffs, live_conversations,
    routing, tasks, transcript_messages,
};

/// Conversations, the agent, appointments, handoffs and routing.
pub(super) fn routes() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route(
            "/api/conversations",
            get(conversations::api::list).post(conversations::api::create),
        )
        .api_route(
            "/api/conversations/{id}",
            get(conversations::api::get)
                .put(conversations::api::update)
                .patch(conversations::api::update)
                .delete(conversations::api::delete),
        )
        .api_route(
            "/api/live-conversations",
            get(live_conversations::api::list),
        )
        .api_route(
            "/api/live-conversations/{id}",
            get(live_conversations::api::get),
        )
        .api_route(
            "/api/live-conversations/{id}/takeover",
            post(live_conversations::api::take_over),
        )
        .api_route(
            "/api/live-conversations/{id}/return",
            post(live_conversations::api::give_back),
        )
        .api_route(
            "/api/live-conversations/{id}/transfer",
            post(live_conversations::api::transfer),
        )
        .api_route(
            "/api/live-conversations/{id}/messages",
            post(live_conversations::api::say),
        )
        .api_route(
            "/api/live-conversations/{id}/end",
            post(live_conversations::api::end),
        )
        .api_route(
            "/api/transcript-messages",
            get(transcript_messages::api::list).post(transcript_messages::api::create),
        )
        .api_route(
            "/api/transcript-messages/{id}",
            get(transcript_messages::api::get),
        )
        .api_route("/api/agent-actions", get(agent::actions::api::list))
        .api_route(
            "/api/agent-actions/{id}",
            get(agent::actions::api::get)
                .put(agent::actions::api::update)
                .patch(agent::actions::api::update),
        )
        .api_route("/api/agent-plan-steps", get(agent::plan_steps::api::list))
        .api_route(
            "/api/agent-plan-steps/{id}",
            get(agent::plan_steps::api::get),
        )
        .api_route("/api/detected-entities", get(agent::entities::api::list))
        .api_route(
            "/api/detected-entities/{id}",
            get(agent::entities::api::get)
                .put(agent::entities::api::update)
                .patch(agent::entities::api::update),
        )
        .api_route(
            "/api/qualification-scores",
            get(agent::scores::api::list).post(agent::scores::api::create),
        )
        .api_route(
            "/api/qualification-scores/{id}",
            get(agent::scores::api::get),
        )
        .api_route(
            "/api/appointments",
            get(appointments::api::list).post(appointments::api::create),
        )
        .api_route(
            "/api/appointments/{id}",
            get(appointments::api::get)
                .put(appointments::api::update)
                .patch(appointments::api::update)
                .delete(appointments::api::delete),
        )
        .api_route(
            "/api/handoffs",
            get(handoffs::api::list).post(handoffs::api::create),
        )
        .api_route(
            "/api/handoffs/from-appointment",
            post(handoffs::api::from_appointment),
        )
        .api_route(
            "/api/handoffs/from-conversation",
            post(handoffs::api::from_conversation),
        )
        .api_route(
            "/api/handoffs/{id}",
            get(handoffs::api::get)
                .put(handoffs::api::update)
                .patch(handoffs::api::update)
                .delete(handoffs::api::delete),
        )
        .merge(to_do())
        .api_route("/api/handoffs/{id}/history", get(handoffs::history::list))
        .api_route("/api/handoffs/{id}/claim", post(handoffs::api::claim))
        .api_route("/api/handoffs/{id}/release", post(handoffs::api::release))
        .api_route("/api/handoffs/{id}/complete", post(handoffs::api::complete))
        .api_route("/api/handoffs/{id}/reassign", post(handoffs::api::reassign))
        .api_route(
            "/api/routing-rules",
            get(routing::api::list).post(routing::api::create),
        )
        .api_route("/api/routing-rules/dry-run", post(routing::dry_run::ask))
        .api_route(
            "/api/routing-rules/{id}",
            get(routing::api::get)
                .put(routing::api::update)
                .patch(routing::api::update)
                .delete(routing::api::delete),
        )
}

/// What is to be done and what happened.
fn to_do() -> ApiRouter<App> {
    ApiRouter::new()
        .api_route("/api/tasks", get(tasks::api::list).post(tasks::api::create))
        .api_route(
            "/api/tasks/{id}",
            get(tasks::api::get)
                .put(tasks::api::update)
                .patch(tasks::api::update)
                .delete(tasks::api::delete),
        )
        .api_route(
            "/api/activities",
            get(activities::api::list).post(activities::api::create),
        )
        .api_route("/api/activities/{id}", get(activities::api::get))
}
