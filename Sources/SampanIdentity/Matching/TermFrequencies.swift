/// How often each value is met: what two records share counts more the rarer it is. Of large regions a sample is enough for names.
package struct TermFrequencies: Sendable {
    private(set) var names: [UInt64: Int32] = [:]
    private(set) var sounds: [UInt64: Int32] = [:]
    private(set) var phones: [UInt64: Int32] = [:]
    private(set) var records = 0

    package init() {}

    mutating func add(_ features: PersonFeatures) {
        records += 1
        if features.name.role == .own {
            names[features.name.hash, default: 0] &+= 1
            sounds[features.name.orderedSoundHash, default: 0] &+= 1
        }
        if features.phone != 0 { phones[features.phone, default: 0] &+= 1 }
    }

    /// Of tables that were kept: names, sounds, telephones.
    init(records: Int, tables: [[UInt64: Int32]]) {
        self.records = records
        guard tables.count == 3 else { return }
        (names, sounds, phones) = (tables[0], tables[1], tables[2])
    }

    /// What is worth keeping of the tables: a value that was met once or twice is like one that never was.
    var tables: [[UInt64: Int32]] {
        [names.filter { $0.value > 2 }, sounds.filter { $0.value > 2 }, phones.filter { $0.value > 20 }]
    }

    /// The share of a value among the records: never below two of them.
    func share(ofName hash: UInt64) -> Double { share(names[hash]) }
    func share(ofSound hash: UInt64) -> Double { share(sounds[hash]) }
    func uses(ofPhone phone: UInt64) -> Int { Int(phones[phone] ?? 0) }

    private func share(_ count: Int32?) -> Double {
        guard records > 0 else { return 1e-4 }
        return Double(max(2, count ?? 0)) / Double(max(records, 2_000))
    }
}
