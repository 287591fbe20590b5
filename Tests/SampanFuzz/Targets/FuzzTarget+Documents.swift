internal import SampanClinicalDocument
internal import SampanDomain
internal import SampanXML

extension FuzzTarget {
    private static let xmlWords: [[UInt8]] = [
        "<".word, ">".word, "</".word, "/>".word, "<!DOCTYPE a [".word, "<!ENTITY x \"y\">".word, "&x;".word, "&#x0;".word, "&#55296;".word,
        "<![CDATA[".word, "]]>".word, "<!--".word, "-->".word, "<?xml version=\"1.0\" encoding=\"".word, "GBK\"?>".word, "UTF-16\"?>".word,
        [0xFF, 0xFE], [0xFE, 0xFF], [0xEF, 0xBB, 0xBF], " xmlns:a=\"u\"".word, " a=\"1\"".word, "'".word, "\"".word, "<a:b/>".word,
        "&lt;".word,
    ]

    /// Any bytes as XML: a tree within the limits, or an error of one line that tells nothing of the text.
    static let xml = FuzzTarget("xml", dictionary: xmlWords, samples: { _ in ["<a x='1'>é<b/></a>".word, "<a><![CDATA[x]]></a>".word] }) {
        bytes in
        let limits = XMLLimits(maximumDepth: 20, maximumNodes: 2_000)
        do throws(XMLError) {
            let document = try XMLDocument(bytes, limits: limits)
            let (nodes, depth) = size(document.root)
            guard nodes <= 2_000, depth <= 20 else { return "\(nodes) nodes, \(depth) deep" }
            guard document.root.text.utf8.count <= 3 * bytes.count else { return "more text than bytes: something was expanded" }
        } catch {
            return error.description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? nil : "an error text with odd characters"
        }
        return nil
    }

    private static func size(_ element: XMLElement) -> (nodes: Int, depth: Int) {
        var (nodes, depth) = (element.children.count + 1, 1)
        for child in element.elements {
            let inner = size(child)
            nodes += inner.nodes - 1
            depth = max(depth, inner.depth + 1)
        }
        return (nodes, depth)
    }

    /// Any bytes as a CDA document: a document that can be written as FHIR, or a typed error.
    static let cda = FuzzTarget(
        "cda", maximumBytes: 8_192,
        dictionary: xmlWords + [
            "<id root=\"1.2\" extension=\"3\"/>".word, "<effectiveTime value=\"20260230\"/>".word,
            "<value xsi:type=\"PQ\" value=\"1e999\"/>".word,
            " negationInd=\"true\"".word, " moodCode=\"RQO\"".word, " nullFlavor=\"UNK\"".word, "<recordTarget>".word,
            "<entryRelationship>".word,
            "<organizer>".word, "<subject><relatedSubject/></subject>".word, "<section>".word, "<component>".word,
        ]
    ) { flaw(ofDocument: $0) }

    /// Any bytes as FHIR: a document that can be written and read again as the same, or a typed error.
    static let fhir = FuzzTarget(
        "fhir", maximumBytes: 8_192,
        dictionary: [
            "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}}".word,
            "\"hasMember\":[{\"reference\":\"Observation/a\"}],".word,
            "\"fullUrl\":\"urn:uuid:1\",".word, "\"valueQuantity\":{\"value\":1.0},".word, "\"_birthDate\":{\"extension\":[]},".word,
            "\"modifierExtension\":[{\"url\":\"x\"}],".word, "\"contained\":[".word, "\"subject\":{\"reference\":\"Patient/1\"},".word,
            "null".word,
            "\"birthDate\":\"2026-02-29\",".word, "1e400".word, "[[[[[[[[".word, "}".word, "]".word, ",".word,
        ],
        samples: { _ in
            [
                "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"张\"}],\"birthDate\":\"2026-01-31\"}".word,
                "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"fullUrl\":\"urn:uuid:1\",\"resource\":{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}}]}"
                    .word,
            ]
        }
    ) { flaw(ofDocument: $0) }

    private static func flaw(ofDocument bytes: [UInt8]) -> String? {
        do throws(DocumentError) {
            let document = try ClinicalDocumentReader().read(bytes)
            let writer = FHIRWriter(assembledAt: UnixTime(nanoseconds: 0), source: [1]) { Self.mixed($0) }
            let written = try writer.bundle(of: document)
            let again = try ClinicalDocumentReader().read(written)
            guard again.allStatements.count == document.allStatements.count, again.opaque.count == document.opaque.count else {
                return "\(document.allStatements.count) statements were \(again.allStatements.count) when read again"
            }
            guard again.allStatements.map(\.isNegated) == document.allStatements.map(\.isNegated) else { return "a negation was lost" }
            guard again.patient?.identifiers == document.patient?.identifiers else { return "the patient's numbers changed" }
        } catch {
            if error.code == "UNWRITABLE" { return "read, but not written: \(error)" }
            let limit = error.description.utf8.count <= 500
            return limit && error.description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? nil : "an error text with odd characters"
        }
        return nil
    }

    /// Sixteen bytes out of any: names only have to differ (FNV-1a).
    private static func mixed(_ bytes: [UInt8]) -> [UInt8] {
        (0..<2).flatMap { salt in
            let sum = ([UInt8(salt)] + bytes).reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            return (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64(8 * $0)) }
        }
    }
}
