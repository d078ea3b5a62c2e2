//! Which of several statements about one thing is taken to be true.
//!
//! The scoring model, "Resolving facts": a confirmed entity, then the prospect's column, then a
//! detected entity with confidence of at least 60 (the newest message wins, then the higher
//! confidence, then the lower id), then what the booked property implies (type, city, bedrooms).
//!
//! Where the model is silent: features are a set, so confirmed, typed and detected ones are taken
//! together; a statement that cannot be read (except a budget, whose words are kept) gives way to
//! the next one; the numeric columns of the prospect count before his words.

use std::cmp::Reverse;

use crate::handoffs::facts::{
    ConsentStatus, Entity, EntityStatus, Facts, Inputs, Known, Source, SourceKind, protected,
    redact::redact, vocabulary as vocab,
};
use crate::handoffs::money::{self, Amount, Money};
use crate::handoffs::timeline;
use crate::properties::matching::{Bedrooms, PropertyType, names};

/// The least confidence (0–100) with which a detected entity counts.
const DETECTED_FROM: i32 = 60;
/// The least confidence with which a spoken opt-out acts: better once too often.
const OPT_OUT_FROM: i32 = 50;

/// Works out the facts. The order of the entities does not matter.
pub fn resolve(inputs: &Inputs) -> Facts {
    let mut entities: Vec<&Entity> = inputs.entities.iter().collect();
    // Newest first; the value is the last tie-break only so that the order is total.
    entities.sort_by_key(|e| (Reverse(e.at), Reverse(e.confidence), e.id, e.value.as_str()));
    let said = Said { inputs, entities };
    Facts {
        budget: said.budget(),
        timeline: said.timeline(),
        place: said.place(),
        types: said.types(),
        bedrooms: said.bedrooms(),
        features: said.features(),
        financing: said.one(&["financing"], |e| read(e, vocab::financing), None),
        authority: said.one(&["decision_maker"], |e| read(e, vocab::authority), None),
        purpose: said.purpose(),
        objections: said.objections(),
        human_request: said
            .flag("human_request")
            .or_else(|| said.outcome("handoff_requested")),
        complaint: said.flag("complaint"),
        opt_out: said.opt_out(),
    }
}

/// Reads an entity's normalized text, else its words.
fn read<T>(entity: &Entity, reader: impl Fn(&str) -> Option<T>) -> Option<T> {
    let normalized = entity.normalized.as_ref().and_then(vocab::text_of);
    normalized
        .and_then(&reader)
        .or_else(|| reader(&entity.value))
}

/// Free words as they may be kept: without numbers that identify somebody, and short.
fn kept(text: &str) -> String {
    redact(text).chars().take(80).collect()
}

/// Free words of an entity, if they may be kept.
fn free_text(entity: &Entity, allowed: fn(&str) -> bool) -> Option<String> {
    // Both spellings must pass: the normalized one may have lost what the words gave away.
    if !allowed(&entity.value) {
        return None;
    }
    read(entity, |text| {
        let text = text.trim();
        (!text.is_empty() && allowed(text)).then(|| kept(text))
    })
}

struct Said<'a> {
    inputs: &'a Inputs,
    /// Newest first.
    entities: Vec<&'a Entity>,
}

impl Said<'_> {
    fn confirmed(&self, types: &[&str]) -> impl Iterator<Item = &Entity> {
        self.of(types)
            .filter(|e| e.status == EntityStatus::Confirmed)
    }

    fn detected(&self, types: &[&str]) -> impl Iterator<Item = &Entity> {
        self.of(types)
            .filter(|e| e.status == EntityStatus::Detected && e.confidence >= DETECTED_FROM)
    }

    fn of(&self, types: &[&str]) -> impl Iterator<Item = &Entity> {
        self.entities
            .iter()
            .copied()
            .filter(move |e| types.contains(&e.entity_type.as_str()))
    }

    /// The precedence for one thing, up to what a property implies.
    fn one<T>(
        &self,
        types: &[&str],
        reader: impl Fn(&Entity) -> Option<T>,
        column: Option<Known<T>>,
    ) -> Option<Known<T>> {
        let known = |e: &Entity| {
            let value = reader(e)?;
            Some(Known {
                value,
                source: Source::entity(e),
            })
        };
        let confirmed = self.confirmed(types).find_map(&known);
        confirmed
            .or(column)
            .or_else(|| self.detected(types).find_map(&known))
    }

    fn column<T>(&self, column: &str, value: Option<T>) -> Option<Known<T>> {
        let source = Source::column("prospects", column, self.inputs.prospect.id);
        value.map(|value| Known { value, source })
    }

    fn text_column<T>(
        &self,
        column: &str,
        text: Option<&String>,
        reader: impl Fn(&str) -> Option<T>,
    ) -> Option<Known<T>> {
        let text = text?;
        let source = Source::text("prospects", column, self.inputs.prospect.id, text);
        reader(text).map(|value| Known { value, source })
    }

    fn implied<T>(&self, column: &str, value: impl Fn(&Self) -> Option<T>) -> Option<Known<T>> {
        let property = self.inputs.property.as_ref()?;
        let source = Source::of(SourceKind::Implied, "properties", column, Some(property.id));
        value(self).map(|value| Known { value, source })
    }

    fn budget(&self) -> Option<Known<Amount>> {
        let p = &self.inputs.prospect;
        let money = Money::from_columns(p.budget_min, p.budget_max, p.budget_currency.as_deref());
        let column = if p.budget_max.is_some() {
            "budget_max"
        } else {
            "budget_min"
        };
        let words = || {
            self.text_column("budget", p.budget.as_ref(), |text| {
                let mut amount = money::parse(text)?;
                if let Amount::Numeric(money) = &mut amount {
                    money.currency = money
                        .currency
                        .take()
                        .or_else(|| currency(p.budget_currency.as_deref()));
                }
                Some(amount)
            })
        };
        let typed = self
            .column(column, money.map(Amount::Numeric))
            .or_else(words);
        // A currency said on its own belongs to an amount that has none.
        let spoken = self.one(&["currency"], |e| read(e, |t| currency(Some(t))), None);
        let reader = |e: &Entity| {
            let readable = e.normalized.as_ref().and_then(money::parse_json);
            readable
                .filter(|amount| amount.money().is_some())
                .or_else(|| money::parse(&e.value))
        };
        let mut budget = self.one(&["budget"], reader, typed)?;
        if let (Amount::Numeric(money), Some(spoken)) = (&mut budget.value, spoken)
            && money.currency.is_none()
        {
            money.currency = Some(spoken.value);
        }
        if let Amount::Text(words) = &mut budget.value {
            *words = kept(words);
        }
        Some(budget)
    }

    fn timeline(&self) -> Option<Known<u16>> {
        let p = &self.inputs.prospect;
        let today = self.inputs.now.to_zoned(self.inputs.zone.clone()).date();
        let months = |n: u64| {
            u16::try_from(n)
                .unwrap_or(timeline::BROWSING)
                .min(timeline::BROWSING)
        };
        let number = p
            .timeline_months_max
            .and_then(|n| u64::try_from(n).ok())
            .map(months);
        let typed = self.column("timeline_months_max", number).or_else(|| {
            self.text_column("timeline", p.timeline.as_ref(), |text| {
                timeline::parse(text, today)
            })
        });
        let reader = |e: &Entity| {
            let number = e.normalized.as_ref().and_then(|v| {
                v.as_u64()
                    .or_else(|| v.get("months").and_then(serde_json::Value::as_u64))
            });
            number
                .map(months)
                .or_else(|| read(e, |text| timeline::parse(text, today)))
        };
        self.one(&["timeline"], reader, typed)
    }

    fn place(&self) -> Option<Known<String>> {
        let keep = |text: &str| {
            let text = text.trim();
            (!text.is_empty() && protected::allows_place(text)).then(|| kept(text))
        };
        let typed = self.text_column("city", self.inputs.prospect.city.as_ref(), keep);
        self.one(
            &["area", "location"],
            |e| free_text(e, protected::allows_place),
            typed,
        )
        .or_else(|| {
            self.implied("city", |s| {
                s.inputs.property.as_ref().map(|p| p.city.clone())
            })
            .filter(|city| !city.value.trim().is_empty())
        })
    }

    fn types(&self) -> Option<Known<Vec<PropertyType>>> {
        let wanted = &self.inputs.prospect.wanted_types;
        let mut typed: Vec<PropertyType> =
            wanted.iter().filter_map(|t| names::home_type(t)).collect();
        typed.sort();
        typed.dedup();
        let typed = self.column("wanted_types", Some(typed).filter(|t| !t.is_empty()));
        let reader = |e: &Entity| read(e, names::home_type).map(|t| vec![t]);
        self.one(&["property_type"], reader, typed).or_else(|| {
            self.implied("type", |s| {
                Some(vec![s.inputs.property.as_ref()?.home_type])
            })
        })
    }

    fn bedrooms(&self) -> Option<Known<Bedrooms>> {
        let p = &self.inputs.prospect;
        let number = |n: Option<i32>| n.and_then(|n| u16::try_from(n).ok());
        let min = number(p.wanted_bedrooms_min);
        let column = if min.is_some() {
            "wanted_bedrooms_min"
        } else {
            "wanted_bedrooms_max"
        };
        let typed = self.column(column, vocab::bedrooms(min, number(p.wanted_bedrooms_max)));
        let reader = |e: &Entity| {
            let normalized = e.normalized.as_ref().and_then(vocab::bedrooms_json);
            normalized.or_else(|| vocab::bedrooms_text(&e.value))
        };
        self.one(&["bedrooms"], reader, typed).or_else(|| {
            self.implied("bedrooms", |s| {
                let n = number(Some(s.inputs.property.as_ref()?.bedrooms));
                vocab::bedrooms(n, n)
            })
        })
    }

    fn features(&self) -> Vec<Known<String>> {
        let entity = |e: &Entity| {
            let value = free_text(e, protected::allows)?;
            Some(Known {
                value,
                source: Source::entity(e),
            })
        };
        let typed = self
            .inputs
            .prospect
            .wanted_features
            .iter()
            .filter(|f| protected::allows(f));
        let typed = typed.filter_map(|f| self.column("wanted_features", Some(kept(f))));
        let mut features: Vec<Known<String>> = self
            .confirmed(&["feature"])
            .filter_map(entity)
            .chain(typed)
            .chain(self.detected(&["feature"]).filter_map(entity))
            .collect();
        for feature in &mut features {
            feature.value = names::feature(&feature.value);
        }
        features.retain(|f| !f.value.is_empty());
        // The sort is stable: of one feature the strongest source stays.
        features.sort_by(|a, b| a.value.cmp(&b.value));
        features.dedup_by(|later, first| later.value == first.value);
        features
    }

    fn purpose(&self) -> Option<Known<vocab::Purpose>> {
        let typed = self.text_column(
            "purpose",
            self.inputs.prospect.purpose.as_ref(),
            vocab::purpose,
        );
        self.one(&["purpose"], |e| read(e, vocab::purpose), typed)
    }

    fn objections(&self) -> Vec<Known<String>> {
        let types = &["objection"];
        let mut objections: Vec<Known<String>> = Vec::new();
        for entity in self.confirmed(types).chain(self.detected(types)) {
            let Some(value) = free_text(entity, protected::allows) else {
                continue;
            };
            if objections
                .iter()
                .all(|o| names::fold(&o.value) != names::fold(&value))
            {
                objections.push(Known {
                    value,
                    source: Source::entity(entity),
                });
            }
        }
        objections
    }

    fn flag(&self, entity_type: &str) -> Option<Source> {
        let types = &[entity_type];
        let entity = self
            .confirmed(types)
            .next()
            .or_else(|| self.detected(types).next());
        entity.map(Source::entity)
    }

    fn outcome(&self, outcome: &str) -> Option<Source> {
        let conversation = self.inputs.spoken().filter(|c| c.outcome == outcome)?;
        Some(Source::column("conversations", "outcome", conversation.id))
    }

    fn opt_out(&self) -> Option<Source> {
        let allowed_again = |at| {
            self.inputs.consents.iter().any(|c| {
                c.status == ConsentStatus::Granted
                    && matches!(c.purpose.as_str(), "marketing" | "informational")
                    && c.captured_at > at
            })
        };
        let entity = self.of(&["opt_out"]).find(|e| match e.status {
            EntityStatus::Confirmed => !allowed_again(e.at),
            EntityStatus::Detected => e.confidence >= OPT_OUT_FROM && !allowed_again(e.at),
            EntityStatus::Rejected | EntityStatus::Superseded => false,
        });
        entity.map(Source::entity).or_else(|| {
            let at = self.inputs.spoken()?.at;
            self.outcome("opted_out").filter(|_| !allowed_again(at))
        })
    }
}

/// A currency code or name, as ISO 4217.
fn currency(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    // Rare codes are read only in capitals, because elsewhere they may be words.
    [text.to_owned(), text.to_uppercase()]
        .iter()
        .find_map(|text| {
            money::parse(&format!("1 {text}"))?
                .money()?
                .currency
                .clone()
        })
}
