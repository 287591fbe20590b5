/// One numbered step of a schema. Steps are only ever added: a step that has been released is never changed.
package struct Migration: Sendable {
    /// What it does, for the log and for people who look into the file.
    package let name: String
    /// Statements, separated by semicolons.
    package let sql: String
    /// What SQL cannot do with the rows that are there; runs after `sql`.
    package let then: (@Sendable (borrowing Transaction) throws -> Void)?

    package init(_ name: String, _ sql: String, then: (@Sendable (borrowing Transaction) throws -> Void)? = nil) {
        self.name = name
        self.sql = sql
        self.then = then
    }
}

/// The tables of one service: its name, and the steps that lead to them. Step n of the list has the number n + 1.
package struct Schema: Sendable {
    /// Written into the file, so that one service never opens the file of another.
    package let name: String
    package let migrations: [Migration]

    package init(name: String, migrations: [Migration]) {
        self.name = name
        self.migrations = migrations
    }
}

extension Schema {
    /// Brings the file up to this schema: all missing steps in one transaction, forward only.
    ///
    /// Throws `.newerSchema` when the file has more steps than this program knows, `.wrongSchema` when it is another
    /// service's or one of its steps has another name.
    func migrate(_ connection: SQLiteConnection) throws(StorageError) {
        try connection.execute("BEGIN IMMEDIATE")
        do throws(StorageError) {
            try applyMissing(connection)
            try connection.execute("COMMIT")
        } catch {
            connection.rollBack()
            throw error
        }
    }

    private func applyMissing(_ connection: SQLiteConnection) throws(StorageError) {
        try connection.script(
            "CREATE TABLE IF NOT EXISTS sampan_schema (number INTEGER PRIMARY KEY, schema_name TEXT NOT NULL, step TEXT NOT NULL)")
        let applied = try known(connection)
        for (index, migration) in migrations.enumerated().dropFirst(applied) {
            try connection.script(migration.sql)
            try Self.run(migration, connection)
            try connection.execute(
                "INSERT INTO sampan_schema (number, schema_name, step) VALUES (?, ?, ?)",
                [.integer(Int64(index + 1)), .text(name), .text(migration.name)])
        }
    }

    private static func run(_ migration: Migration, _ connection: SQLiteConnection) throws(StorageError) {
        guard let then = migration.then else { return }
        do {
            // Nobody announces what a migration does: hooks that it might add go nowhere.
            try then(Transaction(connection: connection, hooks: CommitHooks()))
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(kind: .misuse, message: "\(connection.path): step \"\(migration.name)\": \(error)")
        }
    }

    /// Throws unless the file has all steps of this schema, and none of another: for who may not write.
    func check(_ connection: SQLiteConnection) throws(StorageError) {
        guard try known(connection) == migrations.count else {
            throw StorageError(
                kind: .wrongSchema, message: "\(connection.path) has not all tables of \"\(name)\": run the program that writes it")
        }
    }

    /// How many steps the file has, all of them of this schema.
    private func known(_ connection: SQLiteConnection) throws(StorageError) -> Int {
        let applied = try connection.appliedSteps()
        if let foreign = applied.first(where: { $0.schema != name }) {
            throw StorageError(
                kind: .wrongSchema, message: "\(connection.path) holds the tables of \"\(foreign.schema)\", not of \"\(name)\"")
        }
        guard applied.count <= migrations.count else {
            throw StorageError(
                kind: .newerSchema,
                message: "\(connection.path) is at step \(applied.count), this program knows \(migrations.count): run the newer program")
        }
        for (step, migration) in zip(applied, migrations) where step.name != migration.name {
            throw StorageError(
                kind: .wrongSchema, message: "\(connection.path): step \"\(step.name)\" where \"\(migration.name)\" is expected")
        }
        return applied.count
    }
}
