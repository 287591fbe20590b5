/// How well the persons of an export are hidden among others (k-anonymity over age band, sex and city). Persons are counted, not rows.
package struct AnonymityReport: Sendable, Hashable {
    /// Persons who are alike in what others may know of them.
    package struct Class: Sendable, Hashable {
        package let traits: QuasiIdentifiers
        package let persons: Int
    }

    /// Persons that had to be alike at least.
    package let wanted: Int
    /// Those that are put out, in order.
    package let classes: [Class]
    /// Classes below `wanted`: nothing of their persons is put out, and what they are alike in is not told either.
    package let suppressedClasses: Int
    package let suppressedPersons: Int

    /// Persons that are put out.
    package var persons: Int { classes.reduce(0) { $0 + $1.persons } }
    /// The k that the export has; nil when it is empty.
    package var smallest: Int? { classes.map(\.persons).min() }

    /// - Parameter people: whoever has at least one row.
    package init(_ people: some Sequence<QuasiIdentifiers>, wanted: Int) {
        var counts: [QuasiIdentifiers: Int] = [:]
        for traits in people { counts[traits, default: 0] += 1 }
        self.wanted = wanted
        classes = counts.filter { $0.value >= wanted }.sorted { $0.key < $1.key }.map { Class(traits: $0.key, persons: $0.value) }
        let small = counts.values.filter { $0 < wanted }
        (suppressedClasses, suppressedPersons) = (small.count, small.reduce(0, +))
    }

    /// For who looks at an export: one line each.
    package var lines: [String] {
        [
            "k wanted \(wanted), k reached \(smallest.map(String.init) ?? "none: nothing is put out")",
            "persons \(persons) in \(classes.count) classes; left out \(suppressedPersons) persons in \(suppressedClasses) classes",
        ]
            + classes.map { each in
                let traits = [each.traits.age, each.traits.sex, each.traits.region].map { $0.isEmpty ? "unknown" : $0 }
                return "\(traits.joined(separator: " ")): \(each.persons)"
            }
    }
}
