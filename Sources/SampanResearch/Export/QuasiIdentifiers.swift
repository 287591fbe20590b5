package import SampanDomain

/// What of a person is put out that others may know as well: together they could single somebody out, so classes of them are counted.
package struct QuasiIdentifiers: Sendable, Hashable {
    /// Years of one band.
    package static let band = 10
    /// Ages from here on are one band: there are too few of them.
    package static let cap = 90

    /// `30-39`, `90+`; empty where it is not known.
    package let age: String
    /// `male`, `female`; empty where it is not known.
    package let sex: String
    /// Four digits of GB/T 2260: the city; empty where it is not known.
    package let region: String

    package init(age: String, sex: String, region: String) { (self.age, self.sex, self.region) = (age, sex, region) }

    /// - Parameter reference: as of when ages are told.
    package init(_ subject: ResearchSubject, at reference: UnixTime) {
        age = subject.birth.map { Self.band(born: $0, at: reference) } ?? ""
        sex =
            switch subject.sex {
            case .male: "male"
            case .female: "female"
            case .unknown, .unspecified: ""
            }
        let digits = Array(subject.region.utf8)
        let isCode = digits.count == 6 && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        region = isCode ? String(subject.region.prefix(4)) : ""
    }

    static func band(born: BirthDate, at reference: UnixTime) -> String {
        // Days as numbers such as 20261127: the difference has the full years above its last four digits.
        let years = (Int(BusinessDay(reference).number) - born.number) / 10_000
        guard born.number <= Int(BusinessDay(reference).number) else { return "" }
        guard years < cap else { return "\(cap)+" }
        let low = years / band * band
        return "\(low)-\(low + band - 1)"
    }
}

extension QuasiIdentifiers: Comparable {
    package static func < (left: QuasiIdentifiers, right: QuasiIdentifiers) -> Bool {
        (left.age, left.sex, left.region) < (right.age, right.sex, right.region)
    }
}
