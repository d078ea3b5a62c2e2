//! A token bucket for each caller.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use uuid::Uuid;

use crate::auth::Bearer;

/// The address of a caller whose connection has none: this machine.
pub const LOCAL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// Callers are people, or addresses where nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Person(Uuid),
    Address(IpAddr),
    Key(Uuid),
}

/// The buckets. The service key has none.
pub struct Limits {
    buckets: Option<DefaultKeyedRateLimiter<Holder>>,
}

impl Limits {
    /// `rate` requests a second in the long run, `burst` at once; a rate of 0
    /// lifts the limit.
    pub fn new(rate: u32, burst: u32) -> Self {
        let quota = NonZeroU32::new(rate).map(|rate| {
            Quota::per_second(rate).allow_burst(NonZeroU32::new(burst).unwrap_or(rate))
        });
        Self {
            buckets: quota.map(RateLimiter::keyed),
        }
    }

    /// Takes one token of the caller's.
    ///
    /// # Errors
    /// The seconds until the next token, 1 or more.
    pub fn take(&self, bearer: &Bearer, address: IpAddr) -> Result<(), u64> {
        holder(bearer, address).map_or(Ok(()), |holder| self.take_of(holder))
    }

    /// Takes one token of a machine key's.
    ///
    /// # Errors
    /// The seconds until the next token, 1 or more.
    pub fn take_of_key(&self, key: Uuid) -> Result<(), u64> {
        self.take_of(Holder::Key(key))
    }

    fn take_of(&self, holder: Holder) -> Result<(), u64> {
        let Some(buckets) = &self.buckets else {
            return Ok(());
        };
        buckets.check_key(&holder).map_err(|refusal| {
            let wait = refusal.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }

    /// Forgets callers whose buckets are full again.
    pub fn tidy(&self) {
        if let Some(buckets) = &self.buckets {
            buckets.retain_recent();
            buckets.shrink_to_fit();
        }
    }
}

fn holder(bearer: &Bearer, address: IpAddr) -> Option<Holder> {
    match bearer {
        Bearer::Service => None,
        Bearer::Person { user, .. } => Some(Holder::Person(*user)),
        Bearer::Anon => Some(Holder::Address(address)),
    }
}
