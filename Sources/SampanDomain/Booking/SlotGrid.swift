/// The time slots of a clinic session (分时段预约, BK-12): they cover it from its first minute on, do not overlap, and share its quota.
package struct SlotGrid: Sendable, Hashable {
    package struct Slot: Sendable, Hashable {
        /// Minutes since midnight; the end does not belong to it.
        package let minutes: Range<Int64>
        package let quota: Int64
    }

    package let slots: [Slot]

    /// - Parameters:
    ///   - session: minutes since midnight.
    ///   - length: minutes of one slot; the last one is shorter where it does not go in.
    ///   - quota: of the whole session; earlier slots get one more where it does not divide.
    ///
    /// Throws unless the session lies within a day, and the length within the session.
    package init(session: Range<Int64>, length: Int64, quota: Int64) throws(DomainError) {
        guard session.lowerBound >= 0, session.upperBound <= 1_440, !session.isEmpty else {
            throw DomainError(field: "start_minute", message: "the session is no part of a day: 0 to 1440 minutes")
        }
        guard length >= 1, length <= Int64(session.count) else {
            throw DomainError(field: "slot_minutes", message: "\(length); right would be 1 to \(session.count)")
        }
        guard (0...100_000).contains(quota) else { throw DomainError(field: "quota", message: "\(quota); right would be 0 to 100000") }
        let count = (Int64(session.count) + length - 1) / length
        slots = (0..<count).map { index in
            let start = session.lowerBound + index * length
            return Slot(
                minutes: start..<min(start + length, session.upperBound), quota: quota / count + (index < quota % count ? 1 : 0))
        }
    }
}
