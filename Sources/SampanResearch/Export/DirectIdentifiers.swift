internal import SampanClinicalDocument

/// What names the person of a document, or anybody else whom it names. Nothing that is put out may hold one of them: the closed lists of
/// codes and units let none through, and this finds the number that has the form of a measurement or a code.
struct DirectIdentifiers: Sendable {
    /// Shorter ones are looked for as a whole only: two letters stand in everything.
    private static let leastWithin = 6

    private var whole: Set<[UInt8]> = []
    private var long: [[UInt8]] = []

    init(_ document: ClinicalDocument, _ subject: ResearchSubject) {
        var found = subject.identifiers
        if let patient = document.patient {
            found += patient.identifiers.compactMap(\.value) + patient.telecoms.compactMap(\.value)
            found += patient.names.flatMap { Self.parts($0) } + patient.addresses.flatMap { Self.parts($0) }
            if let id = patient.address.id { found.append(id) }
        }
        for party in document.authors + document.parties + [document.custodian].compactMap({ $0 }) {
            found += party.identifiers.compactMap(\.value) + party.names.flatMap { Self.parts($0) }
        }
        found += [document.identifier?.value, document.setIdentifier?.value].compactMap { $0 }
        for text in found {
            let plain = Self.plain(text)
            guard plain.count >= 2 else { continue }
            if whole.insert(plain).inserted, plain.count >= Self.leastWithin { long.append(plain) }
        }
    }

    /// Whether a text holds one of them, or is a part of one that is long enough to tell.
    func touch(_ text: String) -> Bool {
        let plain = Self.plain(text)
        guard plain.count >= 2 else { return false }
        if whole.contains(plain) { return plain.count >= 4 }
        if long.contains(where: { Self.stands($0, in: plain) }) { return true }
        return plain.count >= Self.leastWithin && long.contains { Self.stands(plain, in: $0) }
    }

    /// Whether `part` stands in `text`. Byte by byte: it is asked some times for every field of a row.
    private static func stands(_ part: [UInt8], in text: [UInt8]) -> Bool {
        guard let first = part.first, part.count <= text.count else { return false }
        for start in 0...text.count - part.count where text[start] == first {
            if text[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
    }

    /// Small letters, and digits of any script as ours, as UTF-8: how a number is broken up or written does not hide it.
    private static func plain(_ text: String) -> [UInt8] {
        var plain: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9", "a"..."z": plain.append(UInt8(truncatingIfNeeded: scalar.value))
            case "A"..."Z": plain.append(UInt8(truncatingIfNeeded: scalar.value | 0x20))
            case _ where scalar.isASCII: continue
            default:
                if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                    plain.append(UInt8(ascii: "0") + UInt8(value))
                } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                    plain += Array(scalar.properties.lowercaseMapping.utf8)
                }
            }
        }
        return plain
    }

    private static func parts(_ name: PersonName) -> [String] {
        [name.text, name.family, name.display].compactMap { $0 } + name.given
    }

    private static func parts(_ address: PostalAddress) -> [String] {
        [address.text, address.postalCode].compactMap { $0 } + address.lines
    }
}
