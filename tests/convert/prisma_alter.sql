-- Written by hand in the manner of Prisma.
/*
  Warnings:
  - You are about to drop the column `name` on the `User` table. All the data in the column will be lost.
*/
-- DropForeignKey
ALTER TABLE "Post" DROP CONSTRAINT "Post_authorId_fkey";

-- DropIndex
DROP INDEX "User_email_key";

-- AlterTable
ALTER TABLE "User" DROP COLUMN "name",
ADD COLUMN     "firstName" TEXT,
ALTER COLUMN "email" DROP NOT NULL;

-- AlterTable
ALTER TABLE "Post" ALTER COLUMN "title" SET DATA TYPE TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "User_email_firstName_key" ON "User"("email", "firstName");

-- RenameForeignKey
ALTER TABLE "Tag" RENAME CONSTRAINT "old_fkey" TO "Tag_post_fkey";
