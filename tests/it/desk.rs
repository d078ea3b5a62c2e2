//! Rows of the desk that other tests start from.

use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, TestApp};

/// A moment some hours from now, in whole seconds.
pub fn hours_from_now(hours: i64) -> String {
    let now = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    now.checked_add(hours.hours()).unwrap().to_string()
}

/// What to set in `prospects` beside name and owner.
#[derive(Default)]
pub struct Prospect {
    pub budget: Option<&'static str>,
    pub budget_max: Option<i64>,
    pub timeline: Option<&'static str>,
    pub city: Option<&'static str>,
    pub assigned_to: Option<Uuid>,
}

/// Puts a prospect into the default team, past every policy.
pub async fn prospect(app: &TestApp, wishes: Prospect) -> Uuid {
    let id = Uuid::new_v4();
    let phone = format!("+97150{:07}", id.as_u128() % 10_000_000);
    let currency = wishes.budget_max.map(|_| "AED");
    app.sql()
        .await
        .execute(
            "insert into prospects (id, name, phone, budget, budget_max, budget_currency, \
             timeline, city, assigned_to, team_id) \
             values ($1, 'Layla Haddad', $2, $3, $4::int8, $5, $6, $7, $8, \
             doorstep.default_team_id())",
            &[
                &id,
                &phone,
                &wishes.budget,
                &wishes.budget_max,
                &currency,
                &wishes.timeline,
                &wishes.city,
                &wishes.assigned_to,
            ],
        )
        .await
        .unwrap();
    id
}

/// A villa in Dubai with four bedrooms and a pool at this price.
pub async fn villa(admin: &Client, price: i64, features: &[&str]) -> Uuid {
    admin
        .post(
            "/api/properties",
            json!({
                "name": "Palm Villa", "city": "Dubai", "price_range": format!("AED {price}"),
                "bedrooms": 4, "type": "villa", "description": "By the sea.",
                "list_price_low": price, "list_price_high": price, "currency": "AED",
                "features": features,
            }),
        )
        .await
        .expect(201)
        .id()
}

/// A viewing as a rep would book it.
pub fn viewing(prospect: Uuid, property: Uuid, hours: i64) -> Value {
    json!({
        "prospect_id": prospect, "property_id": property,
        "scheduled_date": hours_from_now(hours), "location": "Frond M, Palm Jumeirah",
    })
}

/// A conversation, past every policy.
pub async fn conversation(
    app: &TestApp,
    prospect: Uuid,
    outcome: &str,
    sentiment: &str,
    messages: i32,
) -> Uuid {
    let sql = app.sql().await;
    let id = Uuid::new_v4();
    sql.execute(
        "insert into conversations (id, prospect_id, prospect_name, channel, outcome, sentiment) \
         values ($1, $2, '', 'phone', $3, $4)",
        &[&id, &prospect, &outcome, &sentiment],
    )
    .await
    .unwrap();
    // The counter is the trigger's; the scene is set past it.
    sql.batch_execute(&format!(
        "set session_replication_role = replica; \
         update conversations set message_count = {messages} where id = '{id}'; \
         set session_replication_role = default"
    ))
    .await
    .unwrap();
    id
}

/// Something that the agent understood and a person confirmed.
pub async fn entity(
    app: &TestApp,
    conversation: Uuid,
    kind: &str,
    value: &str,
    status: &str,
) -> Uuid {
    let id = Uuid::new_v4();
    app.sql()
        .await
        .execute(
            "insert into detected_entities (id, conversation_id, prospect_id, type, value, \
             confidence, status) select $1, c.id, c.prospect_id, $3, $4, 90, $5 \
             from conversations c where c.id = $2",
            &[&id, &conversation, &kind, &value, &status],
        )
        .await
        .unwrap();
    id
}
