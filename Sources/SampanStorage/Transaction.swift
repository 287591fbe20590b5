/// What a closure given to `write` or `read` works on. It cannot be copied and so cannot outlive its closure.
package struct Transaction: ~Copyable {
    let connection: SQLiteConnection
    let hooks: CommitHooks

    /// Runs one statement and returns how many rows it changed.
    /// - Parameter sql: a constant text; it is prepared once per connection and kept. Values belong into `values`, never into the text.
    @discardableResult
    package func execute(_ sql: String, _ values: SQLValue...) throws(StorageError) -> Int { try execute(sql, values) }

    /// The same for as many values as there are: a text for each number of them.
    @discardableResult
    package func execute(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        // SQLite ends a transaction by itself after some errors. A closure that swallowed one must not go on in autocommit.
        guard connection.isInTransaction else {
            throw StorageError(kind: .io, message: "\(connection.path): SQLite gave the transaction up")
        }
        return try connection.execute(sql, values)
    }

    /// All rows of a query, each turned into a `T` by `map`.
    package func rows<T>(_ sql: String, _ values: SQLValue..., map: (borrowing Row) throws -> T) throws -> [T] {
        var result: [T] = []
        try connection.forEachRow(sql, values) { row in
            result.append(try map(row))
            return true
        }
        return result
    }

    /// The first row of a query, or nil when there is none.
    package func first<T>(_ sql: String, _ values: SQLValue..., map: (borrowing Row) throws -> T) throws -> T? {
        try first(sql, values, map: map)
    }

    package func first<T>(_ sql: String, _ values: [SQLValue], map: (borrowing Row) throws -> T) throws -> T? {
        var result: T?
        try connection.forEachRow(sql, values) { row in
            result = try map(row)
            return false
        }
        return result
    }

    /// Hands each row of a query to `body` without keeping it: for exports that do not fit into memory.
    package func forEach(_ sql: String, _ values: SQLValue..., body: (borrowing Row) throws -> Void) throws {
        try forEach(sql, values, body: body)
    }

    package func forEach(_ sql: String, _ values: [SQLValue], body: (borrowing Row) throws -> Void) throws {
        try connection.forEachRow(sql, values) { row in
            try body(row)
            return true
        }
    }

    /// Runs `body` so that what it throws undoes what it did, and nothing else of this transaction.
    package func savepoint<T>(_ body: (borrowing Transaction) throws -> T) throws -> T {
        let mark = hooks.mark
        try connection.execute("SAVEPOINT inner_part")
        do {
            let result = try body(self)
            try connection.execute("RELEASE inner_part")
            return result
        } catch {
            hooks.drop(after: mark)
            if connection.isInTransaction {
                try connection.execute("ROLLBACK TO inner_part")
                try connection.execute("RELEASE inner_part")
            }
            throw error
        }
    }

    /// Runs `action` on the writer thread once the commit is on disk, in commit order, before the callers of the group go on.
    /// Dropped when the closure is rolled back. Keep it short: every write waits for it.
    package func afterCommit(_ action: @escaping @Sendable () -> Void) {
        hooks.add(action)
    }
}

/// What is to happen after the commit, in order. Confined to the writer thread.
final class CommitHooks {
    private var actions: [@Sendable () -> Void] = []

    var mark: Int { actions.count }

    func add(_ action: @escaping @Sendable () -> Void) { actions.append(action) }

    func drop(after mark: Int) { actions.removeSubrange(mark...) }

    func runAll() {
        let due = actions
        actions.removeAll(keepingCapacity: true)
        for action in due { action() }
    }
}
