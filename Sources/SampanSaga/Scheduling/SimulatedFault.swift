/// What goes wrong at a place where a process touches something outside of itself.
package enum SimulatedFault: String, Sendable, CaseIterable {
    /// It does not happen, and the process is told so: a full disk, a line that is cut.
    case refused
    /// It happens, and the answer is lost.
    case lost
    /// It happens twice, and one answer comes.
    case twice
    /// It happens later, when others have gone on.
    case late
    /// The process is killed before it happens.
    case crashBefore
    /// It happens, and the process is killed before it hears of it.
    case crashAfter
}

/// Where a process touches something outside of itself.
package enum SimulatedPoint: UInt8, Sendable {
    case storageRead, storageWrite, channel, line, his
    /// From people and the channel, who are not ours to kill.
    case foreignLine

    /// What can go wrong there. A commit is never reported lost: SQLite says what it has done. The HIS is a database of the worker's
    /// process, so a crash around it is one of the storage's.
    var faults: [SimulatedFault] {
        switch self {
        case .storageRead: [.refused, .crashBefore]
        case .storageWrite: [.refused, .crashBefore, .crashAfter]
        case .channel: [.refused, .lost, .late, .crashBefore, .crashAfter]
        case .line: [.refused, .lost, .twice, .late, .crashBefore, .crashAfter]
        case .his: [.refused, .lost, .late]
        case .foreignLine: [.refused, .lost, .twice, .late]
        }
    }
}

/// What goes wrong when.
package enum SimulatedFaults: Sendable, Equatable {
    /// These, at these places in the order in which the run comes to them.
    case at([Int: SimulatedFault])
    /// At each place with this probability in a thousand, as the seed says.
    case random(permille: Int)

    package static let none = SimulatedFaults.at([:])
}
