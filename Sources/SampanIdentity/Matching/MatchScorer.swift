#if canImport(Glibc)
internal import Glibc
#endif

/// One field's part in a decision.
package struct FieldWeight: Sendable, Hashable {
    package let field: String
    /// The level's name, such as `homophone`.
    package let level: String
    /// log2 of how much likelier the level is for one person than for two; hundredths, so that it can be kept as an integer.
    package let hundredths: Int64
}

/// Weighs comparisons: the model, and the frequencies of what is shared.
package struct MatchScorer: Sendable {
    package let model: MatchModel
    package let frequencies: TermFrequencies
    private let weights: [[Double]]
    private let prior: Double

    package init(model: MatchModel, frequencies: TermFrequencies) {
        self.model = model
        self.frequencies = frequencies
        weights = model.fields.map { field in field.m.indices.map { field.weight($0) } }
        prior = model.prior
    }

    /// Telephones that more records have say little: a ward's, a shop's.
    private static let phoneUsesMax = 40

    /// The weight of each field for two records: what the level says, by the frequency of what is shared.
    func fieldWeights(_ comparison: Comparison, _ left: PersonFeatures, _ right: PersonFeatures) -> [Double] {
        let levels = MatchModel.levels(comparison)
        var result = (0..<weights.count).map { weights[$0][levels[$0]] }
        let name = model.fields[MatchModel.name]
        switch comparison.name {
        case .same:
            let share = frequencies.share(ofName: left.name.hash)
            result[MatchModel.name] = log2(max(name.m[Int(NameLevel.same.rawValue)], 1e-3) / share)
        case .homophone, .gap, .swapped:
            let share = max(frequencies.share(ofSound: left.name.orderedSoundHash), frequencies.share(ofSound: right.name.orderedSoundHash))
            result[MatchModel.name] = min(result[MatchModel.name], log2(max(name.m[Int(comparison.name.rawValue)], 1e-3) / share))
        // What desks write for newborns is the rule of the desk, and says nothing of who it is.
        case .newbornNamed: result[MatchModel.name] = 0
        default: break
        }
        if comparison.phone == .same {
            let uses = frequencies.uses(ofPhone: left.phone)
            if uses > Self.phoneUsesMax { result[MatchModel.phone] = 0 }
        }
        return result
    }

    /// The weight of two records as a whole, log2 of the odds that they are of one person.
    package func score(_ left: PersonFeatures, _ right: PersonFeatures) -> Double {
        let comparison = Comparison(left, right)
        return prior + fieldWeights(comparison, left, right).reduce(0, +)
    }

    /// The best of every field over the members of two clusters, with its weight.
    func best(_ left: [PersonFeatures], _ right: [PersonFeatures]) -> (comparison: Comparison, weights: [Double], score: Double) {
        var best = Comparison()
        var weight = [Double](repeating: -.infinity, count: weights.count)
        var seen = [Bool](repeating: false, count: weights.count)
        for a in left {
            for b in right {
                let comparison = Comparison(a, b)
                let levels = MatchModel.levels(comparison)
                let found = fieldWeights(comparison, a, b)
                for field in 0..<found.count where levels[field] != 0 && found[field] > weight[field] {
                    weight[field] = found[field]
                    seen[field] = true
                    best.take(field, of: comparison)
                }
            }
        }
        for field in 0..<weight.count where !seen[field] { weight[field] = 0 }
        return (best, weight, prior + weight.reduce(0, +))
    }
}

extension Comparison {
    /// Takes one field's level over from another comparison.
    mutating func take(_ field: Int, of other: Comparison) {
        switch field {
        case MatchModel.name: name = other.name
        case MatchModel.number: number = other.number
        case MatchModel.birth: birth = other.birth
        case MatchModel.sex: sex = other.sex
        case MatchModel.phone: phone = other.phone
        case MatchModel.address: address = other.address
        default: guardian = other.guardian
        }
    }

    /// Level names, in the order of the fields.
    var names: [(field: String, level: String)] {
        [
            ("name", "\(name)"), ("number", "\(number)"), ("birth_date", "\(birth)"), ("sex", "\(sex)"), ("phone", "\(phone)"),
            ("address", "\(address)"), ("guardian", "\(guardian)"),
        ]
    }
}
