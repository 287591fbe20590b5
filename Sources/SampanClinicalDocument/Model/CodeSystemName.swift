/// Code systems that are known by an OID in CDA and by a URI in FHIR (HL7's terminology registry); the others are `urn:oid:` there.
package enum CodeSystemName {
    /// GB/T 2261.1, sex.
    package static let chineseSex = "urn:oid:2.16.156.10011.2.3.3.4"
    /// WS/T 500, kinds of shared documents.
    package static let sharedDocument = "urn:oid:2.16.156.10011.2.4"
    /// WS 363, the catalogue of data elements.
    package static let dataElement = "urn:oid:2.16.156.10011.2.2.1"
    package static let loinc = "http://loinc.org"
    package static let ucum = "http://unitsofmeasure.org"
    package static let snomed = "http://snomed.info/sct"
    package static let administrativeGender = "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender"

    private static let uris: [String: String] = [
        "2.16.840.1.113883.6.1": loinc, "2.16.840.1.113883.6.96": snomed, "2.16.840.1.113883.6.8": ucum,
        "2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm", "2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
        "2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm", "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
        "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm", "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
        "2.16.840.1.113883.5.1": administrativeGender,
        "2.16.840.1.113883.5.83": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
        "2.16.840.1.113883.5.25": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "2.16.840.1.113883.5.4": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "1.2.840.10008.2.16.4": "http://dicom.nema.org/resources/ontology/DCM",
    ]

    /// The URI of an OID.
    package static func uri(oid: String) -> String { uris[oid] ?? "urn:oid:\(oid)" }
}
