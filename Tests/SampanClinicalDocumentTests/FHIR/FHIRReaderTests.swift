import SampanClinicalDocument
import SampanJSON
import StoreTestSupport
import Testing

@Suite("FHIR R4 resources and bundles", .blocking)
struct FHIRReaderTests {
    private static func read(_ text: String) throws -> ClinicalDocument { try ClinicalDocumentReader().read(Array(text.utf8)) }
    private static func error(_ text: String) -> DocumentError? { Samples.error(Array(text.utf8)) }

    private static let patient = #"{"resourceType":"Patient","id":"p1","name":[{"text":"张无忌"}]}"#

    private static func observation(_ parts: String, subject: String = "Patient/p1") -> String {
        #"{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"\#(subject)"}\#(parts)}"#
    }

    private static func bundle(_ entries: [(String, String)], type: String = "collection") -> String {
        let list = entries.map { url, resource in
            url.isEmpty ? #"{"resource":\#(resource)}"# : #"{"fullUrl":"\#(url)","resource":\#(resource)}"#
        }
        return #"{"resourceType":"Bundle","type":"\#(type)","entry":[\#(list.joined(separator: ","))]}"#
    }

    @Test(
        "wrong types, missing elements, bad codes and times are refused with their place",
        arguments: [
            (#"{"resourceType":"Patient","birthDate":"1994-02-31"}"#, DocumentError.Reason.badTime, "Patient.birthDate"),
            (#"{"resourceType":"Patient","birthDate":19940421}"#, .wrongType(expected: "a text (date)"), "Patient.birthDate"),
            (#"{"resourceType":"Patient","birthDate":"1994-04-21T00:00:00Z"}"#, .badTime, "Patient.birthDate"),
            (#"{"resourceType":"Patient","gender":"m"}"#, .badCode, "Patient.gender"),
            (#"{"resourceType":"Patient","name":{"text":"x"}}"#, .wrongType(expected: "a list that is not empty"), "Patient.name"),
            (#"{"resourceType":"Patient","name":[]}"#, .wrongType(expected: "a list that is not empty"), "Patient.name"),
            (
                #"{"resourceType":"Patient","name":[{"text":""}]}"#,
                .wrongType(expected: "a text that is not empty and has no control characters"), "Patient.name[0].text"
            ),
            (#"{"resourceType":"Patient","name":[{}]}"#, .wrongType(expected: "an object that is not empty"), "Patient.name[0]"),
            (#"{"resourceType":"Patient","name":null}"#, .wrongType(expected: "a list that is not empty"), "Patient.name"),
            (#"{"resourceType":"Patient","active":"true"}"#, .wrongType(expected: "true or false"), "Patient.active"),
            (#"{"resourceType":"Observation","code":{"text":"x"}}"#, .missing("status"), "Observation"),
            (#"{"resourceType":"Observation","status":"final"}"#, .missing("code"), "Observation"),
            (#"{"resourceType":"Observation","status":"done","code":{"text":"x"}}"#, .badCode, "Observation.status"),
            (
                #"{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":"a","valueInteger":1}"#,
                .tooMany("value[x]"), "Observation"
            ),
            (
                #"{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":"1"}}"#,
                .wrongType(expected: "a number"), "Observation.valueQuantity.value"
            ),
            (
                #"{"resourceType":"ImagingStudy","status":"available","subject":{"reference":"Patient/1"},"numberOfSeries":-1}"#,
                .badNumber,
                "ImagingStudy.numberOfSeries"
            ),
            (#"{"resourceType":"Bundle"}"#, .missing("type"), "Bundle"),
            (#"{"resourceType":"Bundle","type":"document"}"#, .missing("a Composition as the first entry"), "Bundle.entry"),
            (#"{"resourceType":"SubscriptionTopic"}"#, .unknownResourceType("SubscriptionTopic"), ""),
            (#"{"resourceType":"<b>"}"#, .unknownResourceType(nil), ""),
            (#"{"resourceType":7}"#, .missing("resourceType"), ""),
            (#"{"a":1}"#, .notADocument, ""),
            (#"{"resourceType":"Patient","implicitRules":"http://example.org/r"}"#, .unknownModifier, "Patient.implicitRules"),
        ])
    func refused(text: String, reason: DocumentError.Reason, place: String) {
        let error = Self.error(text)
        #expect(error?.reason == reason, "\(text): \(String(describing: error))")
        #expect(error?.place == place)
    }

    @Test(
        "JSON that is none: a name twice, two values, half a text, too deep",
        arguments: [
            #"{"resourceType":"Patient","id":"a","id":"b"}"#, #"{"resourceType":"Patient"}{}"#, #"{"resourceType":"Patient""#,
            "{\"resourceType\":\"Patient\",}",
            #"{"resourceType":"Patient","x":\#(String(repeating: "[", count: 100_000))"#, "{\"resourceType\":\"Patient\",\"x\":NaN}",
        ])
    func notJSON(text: String) {
        let error = Self.error(text)
        #expect(error?.code == "BAD_JSON" || error?.code == "LIMIT", "\(text.prefix(50))")
    }

    @Test("references: by fullUrl, by urn:uuid, relative to the entry's base, by id where there is no base, to a version")
    func references() throws {
        let base = "http://a.example/fhir"
        let table: [(String, String, String)] = [
            ("urn:uuid:1", "urn:uuid:2", "urn:uuid:1"), ("\(base)/Patient/p1", "\(base)/Observation/o1", "Patient/p1"),
            ("\(base)/Patient/p1", "\(base)/Observation/o1", "\(base)/Patient/p1"), ("", "", "Patient/p1"),
            ("\(base)/Patient/p1", "\(base)/Observation/o1", "Patient/p1/_history/3"),
        ]
        for (patientURL, url, reference) in table {
            let text = Self.bundle([(patientURL, Self.patient), (url, Self.observation(#","id":"o1""#, subject: reference))])
            let document = try Self.read(text)
            #expect(document.patient?.name?.display == "张无忌", "\(reference)")
            #expect(document.statements.count == 1)
        }
    }

    @Test("another server's Patient/p1 is another person: refused; so are two patients, and one that is not held")
    func severalPatients() {
        let mine = "http://a.example/Patient/p1"
        let other = Self.observation("", subject: "http://b.example/Patient/p1")
        #expect(Self.error(Self.bundle([(mine, Self.patient), ("http://a.example/Observation/1", other)]))?.reason == .severalPatients)
        let second = Self.patient.replacing("p1", with: "p2")
        #expect(Self.error(Self.bundle([("urn:uuid:1", Self.patient), ("urn:uuid:2", second)]))?.reason == .severalPatients)
        let two = Self.bundle([("", Self.observation("", subject: "Patient/1")), ("", Self.observation("", subject: "Patient/2"))])
        #expect(Self.error(two)?.reason == .severalPatients)
        #expect(Self.error(Self.bundle([("urn:uuid:1", Self.patient), ("urn:uuid:1", Self.observation(""))]))?.reason == .fullURLTwice)
    }

    @Test("what is about a device, or changed by a modifier that is not known, is carried and no statement of the patient's")
    func carried() throws {
        let device = #"{"resourceType":"Device","id":"d1"}"#
        let aboutDevice = Self.observation("", subject: "Device/d1")
        #expect(try Self.read(Self.bundle([("", Self.patient), ("", device), ("", aboutDevice)])).statements.isEmpty)
        let modified = Self.observation(#","modifierExtension":[{"url":"http://example.org/not","valueBoolean":true}]"#)
        let document = try Self.read(Self.bundle([("", Self.patient), ("", modified)]))
        #expect(document.statements.isEmpty && document.opaque.map(\.type) == ["Observation"])
        let forbidden =
            #"{"resourceType":"MedicationRequest","status":"active","intent":"order","doNotPerform":true,"#
            + #""medicationCodeableConcept":{"text":"x"},"subject":{"reference":"Patient/p1"}}"#
        #expect(try Self.read(Self.bundle([("", Self.patient), ("", forbidden)])).statements.isEmpty)
        // And what names no subject is not made the patient's.
        let nobody = #"{"resourceType":"Observation","status":"final","code":{"text":"x"}}"#
        let mixed = try Self.read(Self.bundle([("", Self.patient), ("", nobody)]))
        #expect(mixed.statements.isEmpty && mixed.opaque.count == 1)
        #expect(try Self.read(nobody).statements.count == 1)
    }

    @Test("results in a circle, and one result in two reports: each stands once, the rest stays a reference; nothing runs away")
    func cycles() throws {
        func member(_ id: String, _ others: [String]) -> String {
            Self.observation(
                #","id":"\#(id)","hasMember":[\#(others.map { #"{"reference":"Observation/\#($0)"}"# }.joined(separator: ","))]"#)
        }
        let circle = try Self.read(Self.bundle([("", Self.patient), ("", member("a", ["b"])), ("", member("b", ["a"]))]))
        #expect(circle.allStatements.count == 2 && circle.allStatements.flatMap(\.references) == ["Observation/a"])
        let own = try Self.read(Self.bundle([("", Self.patient), ("", member("a", ["a"]))]))
        #expect(own.allStatements.count == 1 && own.statements[0].references == ["Observation/a"])
        // Each of 40 refers to the next one twice: 2^40 ways through it.
        let ladder = (0..<40).map { ("", member("n\($0)", ["n\($0 + 1)", "n\($0 + 1)"])) }
        let document = try Self.read(Self.bundle([("", Self.patient)] + ladder))
        #expect(document.allStatements.count == 40)
        #expect(document.allStatements.map(\.address.id).count == Set(document.allStatements.map(\.address.id)).count)
    }

    @Test("more entries than the limit, and a million of them, end early")
    func entries() {
        let limits = FHIRLimits(maximumEntries: 3)
        func bundle(_ count: Int) -> [UInt8] {
            Array(
                Self.bundle(Array(repeating: ("", #"{"resourceType":"Basic","code":{"text":"x"}}"#), count: count))
                    .utf8)
        }
        let reader = ClinicalDocumentReader(fhir: limits)
        #expect(Samples.error(bundle(3), reader) == nil)
        #expect(Samples.error(bundle(4), reader)?.reason == .tooManyEntries(limit: 3))
        let million = Array(
            #"{"resourceType":"Bundle","type":"collection","entry":[\#(Array(repeating: "{}", count: 1_000_000).joined(separator: ","))]}"#
                .utf8)
        #expect(Samples.error(million)?.isLimit == true || Samples.error(million) != nil)
        #expect(Samples.error([UInt8](repeating: UInt8(ascii: "{"), count: 17 << 20))?.isLimit == true)
    }

    @Test("numbers, unknown codes and what has no element stay as they were written")
    func lossless() throws {
        let text = Self.observation(
            #","valueQuantity":{"value":172.000,"unit":"g/L"},"category":[{"coding":[{"system":"urn:x","code":"没有"}]}],"#
                + #""interpretation":[{"coding":[{"code":"??"}]}]"#
        )
        let document = try Self.read(Self.bundle([("", Self.patient), ("", text)]))
        let written = String(decoding: try Samples.writer().bundle(of: document), as: UTF8.self)
        #expect(written.contains("\"value\": 172.000") && written.contains("没有") && written.contains("??"))
        let carried = #"{"resourceType":"CarePlan","id":"c","x":1.10,"note":[{"text":"<&>"}]}"#
        let plan = try Self.read(Self.bundle([("", Self.patient), ("urn:uuid:9", carried)]))
        #expect(plan.opaque.map { String(decoding: $0.json, as: UTF8.self) } == [carried])
        #expect(String(decoding: try Samples.writer().bundle(of: plan), as: UTF8.self).contains("\"x\": 1.10"))
    }

    @Test("an error tells nothing of a value")
    func quiet() {
        for text in [
            #"{"resourceType":"Patient","birthDate":"张无忌"}"#, #"{"resourceType":"Patient","gender":"张无忌"}"#,
            #"{"resourceType":"Patient","name":["张无忌"]}"#,
        ] {
            let error = Self.error(text)
            #expect(error != nil && error?.description.contains("张") == false)
        }
    }
}
