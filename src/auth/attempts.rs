//! Limits on guessing: a bucket for each address, and one for each account.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::v1::AuthError;

const SIX: NonZeroU32 = NonZeroU32::MIN.saturating_add(5);
const THIRTY: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);

/// What is being tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Sign-up, recovery, resending, changing oneself: 30 in 5 minutes.
    Account,
    /// Passwords, refresh tokens and codes: 150 in 5 minutes.
    Token,
    /// One-time codes: 30 in 5 minutes.
    Verify,
}

/// The buckets, with the refill of Supabase Auth and its burst of 30.
pub struct Attempts {
    buckets: Option<Buckets>,
}

struct Buckets {
    account: DefaultKeyedRateLimiter<IpAddr>,
    token: DefaultKeyedRateLimiter<IpAddr>,
    verify: DefaultKeyedRateLimiter<IpAddr>,
    guesses: DefaultKeyedRateLimiter<String>,
}

impl Attempts {
    /// Buckets that hold, unless the installation lifted all limits.
    pub fn new(limited: bool) -> Self {
        let slow = Quota::per_minute(SIX).allow_burst(THIRTY);
        let fast = Quota::per_minute(THIRTY).allow_burst(THIRTY);
        Self {
            buckets: limited.then(|| Buckets {
                account: RateLimiter::keyed(slow),
                token: RateLimiter::keyed(fast),
                verify: RateLimiter::keyed(slow),
                guesses: RateLimiter::keyed(slow),
            }),
        }
    }

    /// Takes one attempt of the address's.
    ///
    /// # Errors
    /// 429 `over_request_rate_limit` with the seconds until the next.
    pub fn take(&self, attempt: Attempt, address: IpAddr) -> Result<(), AuthError> {
        let Some(buckets) = &self.buckets else {
            return Ok(());
        };
        let bucket = match attempt {
            Attempt::Account => &buckets.account,
            Attempt::Token => &buckets.token,
            Attempt::Verify => &buckets.verify,
        };
        let taken = bucket.check_key(&network(address));
        taken.map_err(|refusal| too_many(&refusal))
    }

    /// Takes one guess at the password of an account, wherever it comes from.
    ///
    /// # Errors
    /// 429 `over_request_rate_limit` with the seconds until the next.
    pub fn guess(&self, email: &str) -> Result<(), AuthError> {
        let Some(buckets) = &self.buckets else {
            return Ok(());
        };
        let taken = buckets.guesses.check_key(&email.to_owned());
        taken.map_err(|refusal| too_many(&refusal))
    }

    /// Forgets addresses and accounts whose buckets are full again.
    pub fn tidy(&self) {
        if let Some(buckets) = &self.buckets {
            buckets.account.retain_recent();
            buckets.account.shrink_to_fit();
            buckets.token.retain_recent();
            buckets.token.shrink_to_fit();
            buckets.verify.retain_recent();
            buckets.verify.shrink_to_fit();
            buckets.guesses.retain_recent();
            buckets.guesses.shrink_to_fit();
        }
    }
}

fn too_many(refusal: &governor::NotUntil<governor::clock::QuantaInstant>) -> AuthError {
    let wait = refusal.wait_time_from(DefaultClock::default().now());
    AuthError::too_many(wait.as_secs() + 1)
}

/// Whoever has one IPv6 address has the other 2^64 of its network as well.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let prefix = address.to_bits() >> 64 << 64;
            Ipv6Addr::from_bits(prefix).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thirty_first_attempt_waits_and_another_address_does_not() {
        let attempts = Attempts::new(true);
        let (one, other): (IpAddr, IpAddr) =
            ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..30 {
            attempts.take(Attempt::Account, one).unwrap();
        }
        let refused = attempts.take(Attempt::Account, one).unwrap_err();
        assert_eq!(refused.code(), "over_request_rate_limit");
        attempts.take(Attempt::Account, other).unwrap();
        attempts.take(Attempt::Token, one).unwrap();
    }

    #[test]
    fn an_account_is_guessed_at_thirty_times_wherever_from() {
        let attempts = Attempts::new(true);
        for _ in 0..30 {
            assert!(attempts.guess("ana@example.com").is_ok());
        }
        assert!(attempts.guess("ana@example.com").is_err());
        assert!(attempts.guess("ben@example.com").is_ok());
    }

    #[test]
    fn an_ipv6_network_is_one_holder() {
        let at = |text: &str| network(text.parse().unwrap());
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:1"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
    }
}
