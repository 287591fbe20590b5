internal import SampanDomain

/// What a statement of a document says, in kinds that every format has.
package enum StatementKind: String, Sendable, Hashable, CaseIterable {
    /// Something measured, seen or told.
    case result = "Observation"
    /// Results that belong together, with a conclusion.
    case report = "DiagnosticReport"
    case diagnosis = "Condition"
    case allergy = "AllergyIntolerance"
    /// What is to be taken: a prescription, or one line of it.
    case prescription = "MedicationRequest"
    /// What is or was taken.
    case medication = "MedicationStatement"
    case immunization = "Immunization"
    /// What was done.
    case procedure = "Procedure"
    /// What is to be done.
    case order = "ServiceRequest"
    case encounter = "Encounter"
    case imagingStudy = "ImagingStudy"
    /// Fees that are claimed.
    case claim = "Claim"
    /// Another document, or a reference to one.
    case attachment = "DocumentReference"
    /// Of a relative of the patient.
    case familyHistory = "FamilyMemberHistory"
    /// An entry of none of these kinds.
    case other = "Basic"
}
