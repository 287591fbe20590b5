/// What was not put out, by why and how often. Counts only.
package struct Withheld: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Words that somebody wrote: never put out.
        case text
        /// A code of a system that the vocabulary does not have, or not of its form.
        case code
        /// A unit that is none of UCUM's that are known, and the value with it.
        case unit
        /// A number longer than a measurement is.
        case number
        /// A time coarser than a day, before the oldest that may be told, or outside of the calendar.
        case time
        /// Something that stands among the person's own names and numbers.
        case identifier
        /// A value of a kind that is not put out: signals, pages, pictures.
        case value
        /// A statement of which nothing was left.
        case statement
        /// A document of a higher grade than the dataset's.
        case grade
        /// A document that is of another kind or time than what was asked for.
        case outside
    }

    package private(set) var counts: [Reason: Int] = [:]

    package init() {}

    mutating func add(_ reason: Reason) { counts[reason, default: 0] += 1 }

    mutating func add(_ other: Withheld) { counts.merge(other.counts, uniquingKeysWith: +) }
}
