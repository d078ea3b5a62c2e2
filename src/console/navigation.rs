//! Where a person can go.

use crate::users::Role;

/// A part of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What waits for me.
    Today,
    /// People to take over.
    Handoffs,
    /// What is to be done.
    Tasks,
    /// What was said.
    Conversations,
    /// People who look for a home.
    Prospects,
    /// Appointments.
    Calendar,
    /// Homes.
    Properties,
    /// Whom we contact.
    Campaigns,
    /// How it goes.
    Analytics,
    /// Who works here.
    Users,
    /// My own profile.
    Settings,
}

use Section::*;

impl Section {
    /// Every section, in the order of the rail.
    pub const ALL: &'static [Self] = &[
        Today,
        Handoffs,
        Tasks,
        Conversations,
        Prospects,
        Calendar,
        Properties,
        Campaigns,
        Analytics,
        Users,
        Settings,
    ];

    /// Its page.
    pub const fn path(self) -> &'static str {
        match self {
            Today => "/",
            Handoffs => "/handoffs",
            Tasks => "/tasks",
            Conversations => "/conversations",
            Prospects => "/prospects",
            Calendar => "/appointments",
            Properties => "/properties",
            Campaigns => "/campaigns",
            Analytics => "/analytics",
            Users => "/users",
            Settings => "/settings",
        }
    }

    /// Its picture in the icon file.
    pub const fn icon(self) -> &'static str {
        match self {
            Today => "sun",
            Handoffs => "inbox",
            Tasks => "list-checks",
            Conversations => "messages-square",
            Prospects => "users",
            Calendar => "calendar-days",
            Properties => "building-2",
            Campaigns => "megaphone",
            Analytics => "chart-column",
            Users => "user-round",
            Settings => "settings",
        }
    }

    /// Where a role finds something. Who was never let in sees himself and
    /// what is public. Only what is shown rests on it: the database permits.
    pub fn of(role: Option<Role>) -> Vec<Self> {
        let shown = |section: &Self| match (role, section) {
            (None, section) => matches!(section, Today | Properties | Settings),
            (Some(role), Users) => !matches!(role, Role::SalesRep | Role::QaSupervisor),
            _ => true,
        };
        Self::ALL.iter().copied().filter(shown).collect()
    }

    /// The four that a role uses most, for a thumb.
    pub const fn tabs(role: Option<Role>) -> &'static [Self] {
        match role {
            None => &[Today, Properties, Settings],
            Some(Role::SalesRep) => &[Today, Handoffs, Prospects, Calendar],
            Some(Role::SalesManager) => &[Today, Handoffs, Conversations, Calendar],
            Some(Role::Admin) => &[Today, Users, Prospects, Analytics],
            Some(Role::QaSupervisor) => &[Today, Conversations, Handoffs, Analytics],
            Some(Role::ComplianceOfficer) => &[Today, Campaigns, Prospects, Conversations],
            Some(Role::Operations) => &[Today, Campaigns, Prospects, Handoffs],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Section;
    use crate::users::Role;

    #[test]
    fn tabs_are_a_part_of_what_the_role_is_shown() {
        let roles = Role::ALL.iter().copied().map(Some).chain([None]);
        for role in roles {
            let all = Section::of(role);
            assert!(Section::tabs(role).iter().all(|tab| all.contains(tab)));
        }
    }
}
