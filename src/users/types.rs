//! People as values.

use crate::words;

words! {
    /// What a person does here.
    pub enum Role {
        /// Sells: owns prospects, appointments and handoffs.
        SalesRep = "sales_rep",
        /// Leads teams of reps.
        SalesManager = "sales_manager",
        /// Runs the installation.
        Admin = "admin",
        /// Reviews conversations.
        QaSupervisor = "qa_supervisor",
        /// Guards consent and the law.
        ComplianceOfficer = "compliance_officer",
        /// Runs campaigns and data.
        Operations = "operations",
    }
}
