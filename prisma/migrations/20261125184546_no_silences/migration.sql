-- DropTable
DROP TABLE "silences";
