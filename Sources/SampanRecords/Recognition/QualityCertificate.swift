package import SampanDomain

/// That an institution's results of some kinds were found good, and how far that goes (RE-08): by the nation, a province or a city.
package struct QualityCertificate: Sendable, Hashable {
    /// The level of the centre of quality control that gave it. The raw value is the word of the contract.
    package enum Level: String, Sendable, Hashable, CaseIterable {
        case national, province, city

        /// Digits of a region's code (GB/T 2260: two of the province, four of the city) in which it counts.
        package var digits: Int {
            switch self {
            case .national: 0
            case .province: 2
            case .city: 4
            }
        }
    }

    package let number: String
    package let institution: InstitutionCode
    package let kinds: Set<DocumentKind>
    package let level: Level
    package let region: RegionCode
    package let from: UnixTime
    /// From here on it is over.
    package let until: UnixTime

    package init(
        number: String, institution: InstitutionCode, kinds: Set<DocumentKind>, level: Level, region: RegionCode, from: UnixTime,
        until: UnixTime
    ) {
        (self.number, self.institution, self.kinds, self.level) = (number, institution, kinds, level)
        (self.region, self.from, self.until) = (region, from, until)
    }

    func reaches(_ reader: RegionCode) -> Bool { region.digits.prefix(level.digits) == reader.digits.prefix(level.digits) }
}

/// A region by GB/T 2260: six digits.
package struct RegionCode: Sendable, Hashable {
    package let digits: String

    package init(_ text: String) throws(DomainError) {
        guard text.utf8.count == 6, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw DomainError(field: "region", message: "not a code of GB/T 2260; right would be six digits")
        }
        digits = text
    }
}
