internal import SampanDomain

/// Of which kind a document is that does not say so by its type.
enum FHIRKind {
    /// The kind that all its statements have; a summary where they have several.
    static func of(_ document: ClinicalDocument) -> DocumentKind? {
        let kinds = Set((document.statements + document.allSections.flatMap(\.statements)).compactMap { of($0) })
        switch kinds.count {
        case 0: return nil
        case 1: return kinds.first
        default: return document.patient == nil ? nil : .healthSummary
        }
    }

    private static func of(_ statement: ClinicalStatement) -> DocumentKind? {
        switch statement.kind {
        case .encounter: isStay(statement) ? .inpatientEncounter : .outpatientEncounter
        case .report: report(statement)
        case .result: isLaboratory(statement) ? .labReport : nil
        case .prescription: .prescription
        case .medication: .medicationRecord
        case .order: .singleOrder
        case .imagingStudy: .imagingReport
        case .immunization: .immunization
        case .claim: .feeDetail
        case .attachment: DocumentKind(type: statement.code)
        case .diagnosis, .allergy, .procedure, .familyHistory, .other: nil
        }
    }

    /// HL7's ActCode: inpatient, acute, non-acute, observation, short stay.
    private static func isStay(_ statement: ClinicalStatement) -> Bool {
        codes(statement).contains { ["IMP", "ACUTE", "NONAC", "OBSENC", "SS"].contains($0) }
    }

    private static func isLaboratory(_ statement: ClinicalStatement) -> Bool {
        codes(statement).contains { ["laboratory", "LAB", "HM", "CH", "MB"].contains($0) }
    }

    /// By HL7's table 0074 of diagnostic services.
    private static func report(_ statement: ClinicalStatement) -> DocumentKind? {
        let codes = codes(statement)
        if codes.contains(where: { ["EC", "EKG"].contains($0) }) { return .electrocardiogramReport }
        if codes.contains(where: { ["RAD", "CT", "NMR", "RUS", "OUS", "VUS", "NMS", "XRC", "IMG", "imaging", "CUS", "RX"].contains($0) }) {
            return .imagingReport
        }
        if isLaboratory(statement)
            || codes.contains(where: { ["BLB", "CG", "HM", "ICU", "IMM", "MCB", "SP", "SR", "TX", "VR", "CP"].contains($0) })
        {
            return .labReport
        }
        return DocumentKind(type: statement.code)
    }

    private static func codes(_ statement: ClinicalStatement) -> [String] {
        statement.categories.flatMap(\.codings).compactMap(\.code)
    }
}
