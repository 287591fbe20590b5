/// The keys of a configuration as they were read, in that order: what is in force, and from where.
///
/// Not Sendable; used while a file is read.
package final class ConfigurationTrace {
    /// What a key came to.
    package enum Value: Sendable, Hashable {
        case text(String)
        case list([String])
        /// Nobody has said it, and this holds.
        case byDefault(String)
        /// Nobody has said it, and there is nothing in its place.
        case leftOut
    }

    package struct Entry: Sendable, Hashable {
        /// Path of the key, such as `mesh.parent` or `peers[0].from`.
        package let key: String
        package let value: Value
        /// Where it stands in the file, from 1; nil where it does not.
        package let line: Int?
        /// The variable of the environment that says it; nil where none does.
        package let variable: String?
    }

    package private(set) var entries: [Entry] = []
    private var places: [String: Int] = [:]

    package init() {}

    /// The last word on a key counts: some are looked for before they are read.
    func note(_ key: String, _ value: Value, line: Int?, variable: String?) {
        let entry = Entry(key: key, value: value, line: line, variable: variable)
        if let place = places[key] {
            entries[place] = entry
        } else {
            places[key] = entries.count
            entries.append(entry)
        }
    }
}
