package import SampanDomain

extension NewEntry {
    /// The same on a later day, because its own is closed; the reason says so. Throws `.text` where the reason has no room left.
    package func late(on day: BusinessDay) throws(LedgerError) -> NewEntry {
        try NewEntry(
            key: key, event: event, day: day, lines: lines, reason: "\(reason) (late, of \(self.day))", actor: actor, reverses: reverses)
    }
}
