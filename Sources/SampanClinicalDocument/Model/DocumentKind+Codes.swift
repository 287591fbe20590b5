package import SampanDomain

extension DocumentKind {
    /// The kind of a document of WS/T 500 (its part's number is the code's); nil for those parts that are of no shared kind.
    package init?(wst500 code: String) {
        switch code {
        case "C0001": self = .healthSummary
        case "C0002", "C0003": self = .outpatientEncounter
        case "C0004", "C0005": self = .prescription
        case "C0006": self = .imagingReport
        case "C0007": self = .labReport
        case "C0032", "C0033", "C0034", "C0035", "C0036": self = .inpatientEncounter
        case "C0045": self = .consultationReport
        case "C0049", "C0053": self = .dischargeSummary
        default: return nil
        }
    }

    /// The kind of a document by its LOINC code.
    package init?(loinc code: String) {
        switch code {
        case "34133-9", "60591-5", "11503-0": self = .healthSummary
        case "11488-4": self = .consultationReport
        case "18842-5", "28655-9", "34105-7": self = .dischargeSummary
        case "18748-4", "68604-8", "18726-0": self = .imagingReport
        case "11502-2", "26436-6": self = .labReport
        case "11524-6": self = .electrocardiogramReport
        case "57833-6": self = .prescription
        case "10160-0": self = .medicationRecord
        case "11369-6", "82593-5": self = .immunization
        case "34108-1": self = .outpatientEncounter
        case "34112-3": self = .inpatientEncounter
        default: return nil
        }
    }

    /// By whichever of its codes tells.
    init?(type: CodedConcept?) {
        for coding in type?.codings ?? [] {
            guard let code = coding.code else { continue }
            if coding.system == CodeSystemName.sharedDocument, let kind = DocumentKind(wst500: code) {
                self = kind
                return
            }
            if coding.system == CodeSystemName.loinc, let kind = DocumentKind(loinc: code) {
                self = kind
                return
            }
        }
        return nil
    }
}
