internal import SampanStorage

/// Why a process does not get what it asked for.
enum SimulatedInterruption: Error {
    /// It did not happen.
    case refused
    /// It may have happened: nothing was heard.
    case lost
    /// The process is dead. What its tasks do from here on has no effect.
    case dead
}

extension SimulatedProcess {
    /// Touches something outside: lets others have their turns before and after, and has happen what the world wants to go wrong.
    func act<T: Sendable>(_ point: SimulatedPoint, _ what: StaticString, _ effect: () async -> T) async throws(SimulatedInterruption) -> T {
        try await pass()
        let fault = world.fault(at: point)
        world.note(what, fault.map { "\(name): \($0)" } ?? name)
        switch fault {
        case .crashBefore: try crash()
        case .refused: throw .refused
        case .late:
            await world.pause(.milliseconds(world.random(in: 1...20_000)))
            try await pass()
        case .twice: _ = await effect()
        case .lost, .crashAfter, nil: break
        }
        let result = await effect()
        // All else that stays is on a disk, which tells it itself.
        if point == .channel { world.hasEffect() }
        if fault == .crashAfter { try crash() }
        try await pass()
        if fault == .lost { throw .lost }
        return result
    }

    /// A disk as this process has it open.
    func open(_ disk: MemoryDatabase) -> any Database {
        disk.opened { [self] moment throws(StorageError) in
            do throws(SimulatedInterruption) {
                switch moment {
                case .beforeRead: try await touch(.storageRead, "read")
                case .beforeWrite: try await touch(.storageWrite, "write")
                case .written:
                    world.hasEffect()
                    if world.takeCrash(of: self) { try crash() }
                    try await pass()
                }
            } catch {
                throw StorageError(kind: error == .dead ? .closed : .full, message: "simulated: \(error)")
            }
        }
    }

    private func touch(_ point: SimulatedPoint, _ what: StaticString) async throws(SimulatedInterruption) {
        try await pass()
        let fault = world.fault(at: point)
        world.note(what, fault.map { "\(name): \($0)" } ?? name)
        switch fault {
        case .crashBefore: try crash()
        case .refused: throw .refused
        case .crashAfter: world.leaveCrash(to: self)
        case .lost, .late, .twice, nil: break
        }
    }

    private func crash() throws(SimulatedInterruption) {
        world.crashed(self)
        throw .dead
    }

    /// Others have their turn; a process that was killed meanwhile goes no further.
    private func pass() async throws(SimulatedInterruption) {
        await Task.yield()
        guard isAlive else { throw .dead }
    }
}
