/// Runs one after the other, and remembers the first that broke a rule.
package struct SagaSearch {
    package struct Finding: Sendable {
        package let run: SagaRun
        package let violation: String
    }

    private let disks: SimulatedDisks
    private let bug: PlantedBug?
    /// Runs so far.
    package private(set) var runs = 0
    /// Places of all runs at which something could have gone wrong.
    package private(set) var points = 0
    package private(set) var findings: [Finding] = []
    /// Ends the search with the first finding.
    package var stopsAtFirst = false

    package init(bug: PlantedBug? = nil) throws {
        disks = try SimulatedDisks(bug: bug)
        self.bug = bug
    }

    private var isOver: Bool { stopsAtFirst && !findings.isEmpty }

    @discardableResult
    private mutating func look(_ run: SagaRun) throws -> SagaRun.Result {
        let result = try run.run(on: disks)
        runs += 1
        points += result.points.count
        if let violation = result.violation { findings.append(Finding(run: run, violation: violation)) }
        return result
    }

    /// Every accident at every place of a scenario, alone.
    package mutating func singles(_ scenario: SagaScenario) throws {
        let base = SagaRun(scenario, seed: 1, faults: .none, isShuffled: false, bug: bug)
        let points = try look(base).points
        for (place, point) in points.enumerated() {
            for fault in point.faults where !isOver {
                var run = base
                run.faults = .at([place: fault])
                try look(run)
            }
        }
    }

    /// Every pair of crashes: after each single one, another at every later place of what then happens.
    /// - Parameter share: only every so many of them, beginning with `first`.
    package mutating func pairs(_ scenario: SagaScenario, first: Int = 0, share: Int = 1) throws {
        let base = SagaRun(scenario, seed: 1, faults: .none, isShuffled: false, bug: bug)
        let points = try look(base).points
        var count = 0
        for (place, point) in points.enumerated() {
            for fault in point.faults where Self.isAbrupt(fault) && !isOver {
                var run = base
                run.faults = .at([place: fault])
                let after = try run.run(on: disks).points
                for (later, point) in after.enumerated().dropFirst(place + 1) {
                    for second in point.faults where Self.isAbrupt(second) && !isOver {
                        count += 1
                        guard count % share == first else { continue }
                        run.faults = .at([place: fault, later: second])
                        try look(run)
                    }
                }
            }
        }
    }

    private static func isAbrupt(_ fault: SimulatedFault) -> Bool { fault == .crashBefore || fault == .crashAfter || fault == .lost }

    /// Seeds one after the other.
    package mutating func seeds(from first: UInt64, count: Int) throws {
        for seed in first..<first + UInt64(count) where !isOver { try look(SagaRun(seed: seed, bug: bug)) }
    }
}

extension SagaSearch.Finding: CustomStringConvertible {
    package var description: String {
        let what =
            switch run.faults {
            case .at(let faults): faults.sorted { $0.key < $1.key }.map { "\($0.value) at \($0.key)" }.joined(separator: ", ")
            case .random: "seed \(run.origin ?? run.seed)"
            }
        return "\(run.scenario.name): \(what.isEmpty ? "no accident" : what): \(violation)"
    }
}
