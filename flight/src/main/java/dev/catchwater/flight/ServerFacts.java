package dev.catchwater.flight;

import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.List;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlNullOrdering;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlOuterJoinsSupportLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedCaseSensitivity;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedGroupBy;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedResultSetType;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedSubqueries;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedUnions;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedAnsi92SqlGrammarLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedSqlGrammar;

/// What tools ask of a database before they write SQL for it. Stateless.
final class ServerFacts {
  private static final String ARROW_VERSION = "18.3.0";

  private ServerFacts() {}

  /// A type as tools know it.
  ///
  /// @param size digits, or 0 where it has none to tell
  private record Type(String name, int code, int size, boolean isQuoted, boolean isUnsigned) {}

  private static final List<Type> TYPES =
      List.of(
          new Type("BOOLEAN", Types.BOOLEAN, 0, false, false),
          new Type("TINYINT", Types.TINYINT, 3, false, false),
          new Type("UTINYINT", Types.SMALLINT, 3, false, true),
          new Type("SMALLINT", Types.SMALLINT, 5, false, false),
          new Type("USMALLINT", Types.INTEGER, 5, false, true),
          new Type("INTEGER", Types.INTEGER, 10, false, false),
          new Type("UINTEGER", Types.BIGINT, 10, false, true),
          new Type("BIGINT", Types.BIGINT, 19, false, false),
          new Type("UBIGINT", Types.NUMERIC, 20, false, true),
          new Type("FLOAT", Types.REAL, 7, false, false),
          new Type("DOUBLE", Types.DOUBLE, 15, false, false),
          new Type("DECIMAL", Types.DECIMAL, 38, false, false),
          new Type("VARCHAR", Types.VARCHAR, 0, true, false),
          new Type("BLOB", Types.VARBINARY, 0, true, false),
          new Type("DATE", Types.DATE, 0, true, false),
          new Type("TIME", Types.TIME, 0, true, false),
          new Type("TIMESTAMP", Types.TIMESTAMP, 0, true, false),
          new Type("TIMESTAMP WITH TIME ZONE", Types.TIMESTAMP_WITH_TIMEZONE, 0, true, false));

  /// The types that values of SQL may have.
  ///
  /// @param code of one type, 0 for all
  static CatalogRows types(int code) {
    CatalogRows rows = new CatalogRows(Schemas.GET_TYPE_INFO_SCHEMA);
    for (Type type : TYPES) {
      if (code == 0 || code == type.code()) {
        String quote = type.isQuoted() ? "'" : null;
        rows.add(
            type.name(),
            type.code(),
            type.size() == 0 ? null : type.size(),
            quote,
            quote,
            null,
            DatabaseMetaData.typeNullable,
            type.name().equals("VARCHAR"),
            DatabaseMetaData.typeSearchable,
            type.isUnsigned(),
            false,
            false,
            type.name(),
            null,
            null,
            type.code());
      }
    }
    return rows;
  }

  /// What the server can do.
  ///
  /// @param version of the program
  /// @param seconds that a statement may run
  static SqlInfoBuilder of(String version, int seconds) {
    return new SqlInfoBuilder()
        .withFlightSqlServerName("catchwater")
        .withFlightSqlServerVersion(version)
        .withFlightSqlServerArrowVersion(ARROW_VERSION)
        .withFlightSqlServerReadOnly(true)
        .withFlightSqlServerSql(true)
        .withFlightSqlServerSubstrait(false)
        .withFlightSqlServerTransaction(SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_NONE)
        .withFlightSqlServerCancel(true)
        .withFlightSqlServerBulkIngestion(false)
        .withFlightSqlServerStatementTimeout(seconds * 1_000)
        .withSqlDdlCatalog(false)
        .withSqlDdlSchema(false)
        .withSqlDdlTable(false)
        .withSqlIdentifierCase(SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
        .withSqlIdentifierQuoteChar("\"")
        .withSqlQuotedIdentifierCase(
            SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
        .withSqlAllTablesAreSelectable(true)
        .withSqlNullOrdering(SqlNullOrdering.SQL_NULLS_SORTED_AT_END)
        .withSqlSearchStringEscape("\\")
        .withSqlExtraNameCharacters("")
        .withSqlSchemaTerm("schema")
        .withSqlCatalogTerm("catalog")
        .withSqlProcedureTerm("procedure")
        .withSqlCatalogAtStart(true)
        .withSqlSupportsColumnAliasing(true)
        .withSqlNullPlusNullIsNull(true)
        .withSqlSupportsTableCorrelationNames(true)
        .withSqlSupportsDifferentTableCorrelationNames(false)
        .withSqlSupportsExpressionsInOrderBy(true)
        .withSqlSupportsOrderByUnrelated(true)
        .withSqlSupportsLikeEscapeClause(true)
        .withSqlSupportsNonNullableColumns(false)
        .withSqlSupportsIntegrityEnhancementFacility(false)
        .withSqlSelectForUpdateSupported(false)
        .withSqlStoredProceduresSupported(false)
        .withSqlCorrelatedSubqueriesSupported(true)
        .withSqlTransactionsSupported(false)
        .withSqlSavepointsSupported(false)
        .withSqlBatchUpdatesSupported(false)
        .withSqlNamedParametersSupported(false)
        .withSqlSupportedGroupBy(SqlSupportedGroupBy.SQL_GROUP_BY_UNRELATED)
        .withSqlSupportedGrammar(SupportedSqlGrammar.SQL_EXTENDED_GRAMMAR)
        .withSqlAnsi92SupportedLevel(SupportedAnsi92SqlGrammarLevel.ANSI92_INTERMEDIATE_SQL)
        .withSqlSubQueriesSupported(
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_COMPARISONS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_EXISTS,
            SqlSupportedSubqueries.SQL_SUBQUERIES_IN_INS)
        .withSqlSupportedUnions(SqlSupportedUnions.SQL_UNION, SqlSupportedUnions.SQL_UNION_ALL)
        .withSqlOuterJoinSupportLevel(SqlOuterJoinsSupportLevel.SQL_FULL_OUTER_JOINS)
        .withSqlSupportedResultSetTypes(SqlSupportedResultSetType.SQL_RESULT_SET_TYPE_FORWARD_ONLY);
  }
}
