"""A session with a Spark Connect server, which Apache Spark or Sail may serve: connects, shows a table, fetches rows.

A server that is gone is told within seconds, and met again with the next query.
"""

from __future__ import annotations

import re
import socket
import warnings
from threading import Lock
from typing import TYPE_CHECKING, Any

from tension.errors import EngineError, first_line
from tension.store.columns import describe_columns
from tension.store.delta import TABLES, Store, find_table_version

if TYPE_CHECKING:
    import pyarrow as pa

# Within so many seconds a server must take a call, and then be ready to talk.
_CALL_SECONDS = 1.5
_READY_SECONDS = 2.0
# Tried again after 0.1, 0.3 and 0.9 seconds; the library's own policy goes on for ten minutes.
_RETRIES = {"max_retries": 3, "initial_backoff": 100, "backoff_multiplier": 3, "max_backoff": 900}
# A channel of its own begins at once; a shared one waits as long as its last failure told it to.
_CHANNEL = [("grpc.use_local_subchannel_pool", 1)]
_PATTERN = re.compile(r"([\\*?{}\[\]])")


class ClusterSession:
    """One session at a time, shared by all threads; one that failed is left, and the next query opens another."""

    def __init__(self, store: Store, table: str, host: str, port: int) -> None:
        self._store, self._table = store, table
        self._host, self._port = host, port
        self._lock = Lock()
        self._session: Any = None
        self._shown = ""

    def fetch(self, sql: str, version: str) -> pa.Table:
        """The rows of a query in Spark's SQL over a version of the store; raises EngineError.

        What fails in a session that was open before is asked once more in a new one: a server that was started anew
        knows neither the session nor its tables.
        """
        self._call()
        errors = self._load_errors()
        for is_last in (self._session is None, True):
            try:
                return self._ask(sql, version)
            except errors as error:
                with self._lock:
                    self._session = None
                if is_last:
                    raise EngineError(f"{self._name()}: {self._describe(error)}") from error
        raise AssertionError("the last attempt returns or raises")

    def _call(self) -> None:
        """Raise EngineError where nobody takes the call: the library would wait, and takes seconds to import."""
        try:
            socket.create_connection((self._host, self._port), _CALL_SECONDS).close()
        except OSError as error:
            raise EngineError(f"{self._name()}: {_tell_silence(error)}") from error

    def _ask(self, sql: str, version: str) -> pa.Table:
        with self._lock:
            if self._session is None:
                self._session, self._shown = self._connect(), ""
            session = self._session
            if self._shown != version:
                self._read_table(session, find_table_version(version, self._table)).createOrReplaceTempView(self._table)
                self._shown = version
        return session.sql(sql).toArrow()

    def _connect(self) -> Any:
        """A session that answers; its clock is UTC's, as the store's is."""
        import grpc
        from pyspark.sql.connect.client import DefaultChannelBuilder
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession

        host = f"[{self._host}]" if ":" in self._host else self._host
        builder = DefaultChannelBuilder(f"sc://{host}:{self._port}", _CHANNEL)
        with builder.toChannel() as channel:
            grpc.channel_ready_future(channel).result(_READY_SECONDS)
        session = SparkSession(builder)
        session.client.set_retry_policies([DefaultPolicy(**_RETRIES)])
        session.conf.set("spark.sql.session.timeZone", "UTC")
        return session

    def _read_table(self, session: Any, version: int) -> Any:
        """The rows of a version of the table: by Delta's log where the server knows Delta, else by a list of files."""
        from pyspark.errors import PySparkException

        rows = session.read.format("delta").option("versionAsOf", version).load(self._store.locate(self._table))
        try:
            # Nothing is looked for before something is asked.
            _ = rows.schema
        except PySparkException as error:
            if error.getCondition() != "DATA_SOURCE_NOT_FOUND":
                raise
            return self._read_files(session, version)
        return rows

    def _read_files(self, session: Any, version: int) -> Any:
        columns = describe_columns(TABLES[self._table].schema, "spark")
        listed = self._store.list_files(self._table, version)
        files = [_PATTERN.sub(r"\\\1", file) for of_source in listed.values() for file in of_source]
        if not files:
            return session.createDataFrame([], columns)
        # The source stands in the name of a folder, below this one.
        return session.read.schema(columns).option("basePath", self._store.locate(self._table)).parquet(*files)

    def _load_errors(self) -> tuple[type[Exception], ...]:
        """What a server that is gone, or can't answer, is told by; raises EngineError where the client is missing."""
        try:
            with warnings.catch_warnings():
                # Its own frames are made with an older pandas; here none are.
                warnings.simplefilter("ignore", FutureWarning)
                import grpc
                import pyspark.sql.connect.session  # noqa: F401 (is it there?)
                from pyspark.errors import PySparkException
        except ImportError as error:
            missing = f"needs a package ({first_line(error)}); pip install -r requirements-cluster.txt"
            raise EngineError(f"{self._name()}: {missing}, or set TENSION_ENGINE=duckdb") from error
        return PySparkException, grpc.RpcError, grpc.FutureTimeoutError

    def _name(self) -> str:
        return f"engine sc://{self._host}:{self._port}"

    def _describe(self, error: Exception) -> str:
        from grpc import StatusCode
        from pyspark.errors.exceptions.connect import SparkConnectGrpcException

        if isinstance(error, SparkConnectGrpcException) and error.getGrpcStatusCode() != StatusCode.UNAVAILABLE:
            return f"can't answer ({first_line(error)})"
        return _tell_silence(error)


def _tell_silence(error: Exception) -> str:
    return f"no answer ({first_line(error)}); start it, or set TENSION_ENGINE=duckdb"
