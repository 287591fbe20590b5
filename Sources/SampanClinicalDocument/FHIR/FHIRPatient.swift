/// Patients as resources of FHIR.
enum FHIRPatient {
    static func read(_ entry: FHIRBundle.Entry) -> PatientRecord {
        let resource = entry.resource
        return PatientRecord(
            address: entry.address, identifiers: resource.identifiers, names: resource.objects("name").compactMap(\.personName),
            sex: resource.text("gender").flatMap { PatientRecord.Sex(rawValue: $0) },
            sexCode: resource.ownExtension("sex-code")?.object("valueCoding")?.coding, birth: resource.time("birthDate"),
            telecoms: resource.objects("telecom").compactMap(\.contactPoint),
            addresses: resource.objects("address").compactMap(\.postalAddress))
    }
}

/// People, organisations and devices as resources of FHIR.
enum FHIRParty {
    static func read(_ entry: FHIRBundle.Entry) -> Party? {
        guard let kind = Party.Kind(rawValue: entry.type) else { return nil }
        let resource = entry.resource
        let title: String? =
            switch kind {
            case .person: nil
            case .organization: resource.text("name")
            case .device: resource.objects("deviceName").first?.text("name")
            }
        return Party(
            kind: kind, address: entry.address, identifiers: resource.identifiers,
            names: kind == .person ? resource.objects("name").compactMap(\.personName) : [], title: title)
    }
}
