internal import SampanXML

/// Reads whom a document is about.
enum CDAPatient {
    static func read(_ target: XMLElement, _ narrative: CDANarrative, assumed: Int?) throws(DocumentError) -> PatientRecord {
        guard let role = target.first("patientRole") else {
            throw DocumentError(.missing("patientRole"), at: "ClinicalDocument/recordTarget")
        }
        let person = role.first("patient")
        // The number of the visit stands with the role, the citizen's number with the person (WS/T 500).
        let identifiers = role.identifiers + (person?.identifiers ?? [])
        guard !identifiers.isEmpty else { throw DocumentError(.missing("id"), at: "ClinicalDocument/recordTarget/patientRole") }
        let gender = person?.first("administrativeGenderCode")?.coding
        return PatientRecord(
            identifiers: identifiers, names: person?.all("name").compactMap(\.personName) ?? [], sex: sex(gender), sexCode: gender,
            birth: try person?.first("birthTime")?.time(assumed: nil), telecoms: role.all("telecom").compactMap(\.contactPoint),
            addresses: role.all("addr").compactMap(\.postalAddress))
    }

    /// GB/T 2261.1, and HL7's AdministrativeGender. Another code is carried beside, and is no sex here.
    static func sex(_ coding: Coding?) -> PatientRecord.Sex? {
        guard let coding, let code = coding.code else { return nil }
        switch (coding.system, code) {
        case (CodeSystemName.chineseSex, "1"), (CodeSystemName.administrativeGender, "M"): return .male
        case (CodeSystemName.chineseSex, "2"), (CodeSystemName.administrativeGender, "F"): return .female
        // 5 and 6: changed from the one to the other.
        case (CodeSystemName.chineseSex, "5"), (CodeSystemName.chineseSex, "6"), (CodeSystemName.administrativeGender, "UN"): return .other
        case (CodeSystemName.chineseSex, "0"), (CodeSystemName.chineseSex, "9"): return .unknown
        default: return nil
        }
    }
}
