#if canImport(Glibc)
internal import Glibc
#endif

/// The weights of a Fellegi-Sunter model: for each level of each field the share among pairs of one person (m) and among pairs of two (u).
/// The weight of a level is log2(m/u); what a name, a telephone and a house have in common counts more the rarer it is.
///
/// I. Fellegi, A. Sunter: A theory for record linkage, J. Am. Stat. Assoc. 64 (1969); W. Winkler on frequencies and EM.
package struct MatchModel: Sendable, Hashable {
    /// Shares of one field's levels, in their order; "missing" has none: it says nothing.
    package struct Field: Sendable, Hashable {
        package var m: [Double]
        package var u: [Double]

        func weight(_ level: Int) -> Double {
            guard m.indices.contains(level), level > 0 else { return 0 }
            return log2(max(m[level], 1e-9) / max(u[level], 1e-12))
        }
    }

    /// Order of the fields: name, number, birth, sex, phone, address, guardian.
    package var fields: [Field]
    /// log2 of the odds that two records drawn at random are of one person.
    package var prior: Double

    static let name = 0, number = 1, birth = 2, sex = 3, phone = 4, address = 5, guardian = 6

    /// Levels of each field, "missing" among them.
    static let levelCounts = [10, 6, 8, 3, 4, 5, 4]

    static func levels(_ comparison: Comparison) -> [Int] {
        [
            Int(comparison.name.rawValue), Int(comparison.number.rawValue), Int(comparison.birth.rawValue), Int(comparison.sex.rawValue),
            Int(comparison.phone.rawValue), Int(comparison.address.rawValue), Int(comparison.guardian.rawValue),
        ]
    }

    /// Where the estimation begins, and what is used where there is too little to estimate from.
    package static let initial = MatchModel(
        fields: [
            Field(
                m: [0, 0.86, 0.02, 0.06, 0.01, 0.015, 0.02, 0.01, 0.005, 0.01],
                u: [0, 1e-4, 1e-5, 4e-4, 1e-5, 5e-3, 0.05, 0.94, 1e-5, 0.01]),
            Field(m: [0, 0.93, 0.01, 0.04, 0.019, 0.001], u: [0, 1e-7, 1e-8, 1e-8, 0.05, 0.95]),
            Field(m: [0, 0.9, 0.005, 0.03, 0.03, 0.025, 0.005, 0.005], u: [0, 4e-5, 4e-5, 2e-3, 1e-4, 1e-4, 5e-4, 0.997]),
            Field(m: [0, 0.99, 0.01], u: [0, 0.5, 0.5]),
            Field(m: [0, 0.8, 0.02, 0.18], u: [0, 1e-5, 1e-7, 0.99999]),
            Field(m: [0, 0.6, 0.29, 0.05, 0.06], u: [0, 1e-5, 0.03, 0.07, 0.9]),
            Field(m: [0, 0.8, 0.19, 0.01], u: [0, 1e-4, 1e-4, 0.9998]),
        ], prior: -14)
}
