internal import SampanClinicalDocument

/// Codes that may be put out, by their systems. What is not of a system here, or not of its form, stays: a code is a field that somebody
/// filled, and anything may stand in it. Words beside a code are never put out.
package struct CodeVocabulary: Sendable {
    private enum Form: Sendable {
        case loinc, snomed, icd10, icd9Procedure, icd9, cvx, dataElement, sharedDocument
        case words(Set<String>)
    }

    /// The system's short word, and what its codes look like; by URI.
    private var systems: [String: (word: String, form: Form)] = [
        CodeSystemName.loinc: ("loinc", .loinc),
        CodeSystemName.snomed: ("snomed", .snomed),
        "http://hl7.org/fhir/sid/icd-10": ("icd-10", .icd10),
        "http://hl7.org/fhir/sid/icd-10-cm": ("icd-10-cm", .icd10),
        // The Chinese value set of WS 364 for diagnoses by ICD-10.
        "urn:oid:2.16.156.10011.2.3.3.11": ("icd-10", .icd10),
        "http://hl7.org/fhir/sid/icd-9-cm": ("icd-9-cm", .icd9),
        // ICD-9-CM-3, procedures, as WS/T 500 names it.
        "urn:oid:2.16.156.10011.2.3.3.12": ("icd-9-cm-3", .icd9Procedure),
        "http://hl7.org/fhir/sid/cvx": ("cvx", .cvx),
        CodeSystemName.dataElement: ("ws-363", .dataElement),
        CodeSystemName.sharedDocument: ("ws-500", .sharedDocument),
        "http://terminology.hl7.org/CodeSystem/v3-ActCode": ("act", .words(["AMB", "IMP", "EMER", "OBSENC", "SS", "VR", "HH", "FLD"])),
    ]

    /// What every region has.
    package static let standard = CodeVocabulary()

    private init() {}

    /// With a system of the region's own, by a list of all of its codes.
    /// - Parameters:
    ///   - system: its URI.
    ///   - word: what stands in the export for it.
    package func adding(system: String, word: String, codes: Set<String>) -> CodeVocabulary {
        var both = self
        both.systems[system] = (word, .words(codes))
        return both
    }

    /// The first coding that may be put out.
    func admitted(_ concept: CodedConcept?) -> (system: String, code: String)? {
        for coding in concept?.codings ?? [] {
            guard let code = coding.code, let system = coding.system.map(Self.uri), let known = systems[system] else { continue }
            if Self.fits(code, known.form) { return (known.word, code) }
        }
        return nil
    }

    /// Words of HL7's ObservationInterpretation.
    func interpretation(_ concepts: [CodedConcept]) -> String? {
        concepts.lazy.flatMap(\.codings).compactMap(\.code).first(where: Self.interpretations.contains)
    }

    private static let interpretations: Set<String> = [
        "N", "A", "AA", "H", "HH", "HU", "L", "LL", "LU", "<", ">", "S", "I", "R", "MS", "VS", "POS", "NEG", "IND", "DET", "ND", "E", "B",
        "W", "D", "U",
    ]

    private static func uri(_ system: String) -> String {
        system.hasPrefix("urn:oid:") ? CodeSystemName.uri(oid: String(system.dropFirst(8))) : system
    }

    private static func fits(_ code: String, _ form: Form) -> Bool {
        guard code.utf8.count <= 24 else { return false }
        switch form {
        case .words(let words): return words.contains(code)
        case .loinc: return CodeForm.isLOINC(code)
        case .snomed: return CodeForm.isSNOMED(code)
        case .icd10: return CodeForm.isICD10(code)
        case .icd9: return CodeForm.isLike(code, "###", "###.#", "###.##", "V##", "V##.#", "V##.##", "E###", "E###.#")
        case .icd9Procedure:
            return CodeForm.isLike(code, "##.#", "##.##", "##.###", "##.####", "##.##x###", "##.###x###", "##.####x###")
        case .cvx: return CodeForm.isLike(code, "#", "##", "###")
        case .dataElement: return CodeForm.isLike(code, "DE##.##.###.##")
        case .sharedDocument: return CodeForm.isLike(code, "C00##")
        }
    }
}
