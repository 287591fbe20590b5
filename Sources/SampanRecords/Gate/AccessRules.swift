package import SampanDomain

/// Graded authorisation (RE-19): what a role may be shown for a purpose, at the most, whoever consents. Default deny: what is not in the
/// table is nothing.
package enum AccessRules {
    /// The grade that only somebody named is shown: by a grant to that very clinician, or as the patient (GB/T 39725-2020, level 5).
    package static let personalGrade = 5

    static let clinical = Set(DocumentKind.allCases).subtracting([.feeDetail])
    private static let examinations: Set<DocumentKind> = [.labReport, .imagingReport, .electrocardiogramReport, .singleOrder]
    private static let medicines: Set<DocumentKind> = [.prescription, .medicationRecord, .standingOrder, .singleOrder]

    /// Nil when the role reads nothing for the purpose.
    package static func most(_ role: ReaderRole, for purpose: PurposeOfUse) -> RecordScope? {
        switch (role, purpose) {
        case (.clinician, .treatment), (.clinician, .consultation), (.clinician, .referral): .allTimes(clinical, gradeCeiling: 5)
        case (.clinician, .emergency): .allTimes(clinical, gradeCeiling: 4)
        case (.nurse, .treatment): .allTimes(clinical, gradeCeiling: 3)
        case (.technician, .treatment), (.technician, .consultation): .allTimes(examinations, gradeCeiling: 3)
        case (.pharmacist, .treatment): .allTimes(medicines, gradeCeiling: 3)
        case (.cashier, .payment): .allTimes([.feeDetail], gradeCeiling: 3)
        case (.qualityOfficer, .qualityControl): .allTimes(clinical, gradeCeiling: 3)
        default: nil
        }
    }

    /// Purposes that a patient may grant to staff. An emergency has its own door, a resident reads without a grant, and research reads
    /// no record with a name.
    package static func isGrantable(_ purpose: PurposeOfUse) -> Bool {
        switch purpose {
        case .treatment, .consultation, .referral, .payment, .qualityControl: true
        case .emergency, .patientRequest, .research: false
        }
    }
}
